print("Nothing is trained.")
