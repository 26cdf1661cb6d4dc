# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API's document, and the Swagger page that shows it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from .. import openapi
from ..answers import Page, Script, Style
from ..refusals import absent

# The package is only the holder of these files: importing it would import a web framework.
PACKAGE = "flask_swagger_ui"
FILES = {"swagger-ui.css": Style, "swagger-ui-bundle.js": Script}

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Determined master, emulated</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/rest-api/swagger-ui.css">
</head>
<body>
<div id="page"></div>
<script src="/docs/rest-api/swagger-ui-bundle.js"></script>
<script>
SwaggerUIBundle({
  url: "/api/v1/api.swagger.json",
  dom_id: "#page",
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: -1,
  displayOperationId: true,
  filter: true,
  validatorUrl: null,
});
</script>
</body>
</html>
"""


def document(call, request):
    """The OpenAPI v2 document."""
    return openapi.document(call.master.router.table, call.master.router.chapters)


def page(call, request):
    """The Swagger page."""
    return Page(PAGE)


def file(call, request):
    """What the Swagger page consists of."""
    kind, found = FILES.get(request["file"]), importlib.util.find_spec(PACKAGE)
    if kind is None or found is None:
        raise absent("page") if kind is None else absent("package", PACKAGE)
    return kind(Path(found.origin).with_name("dist").joinpath(request["file"]).read_text(encoding="utf-8"))
