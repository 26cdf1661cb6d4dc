# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds an object, as the options name it."""

from __future__ import annotations

from ..errors import BadOption, NotFound
from ..model.call import Later
from ..model.kind import Scope
from ..model.row import Row
from ..store.store import Store
from ..wording import TO_BE_MADE
from .call import Call

CLUSTER: Row = {}


def find_scope(call: Call, store: Store, scope: Scope, needed: bool, read: bool = True) -> Row | Later | None:
    """The row of what holds the object; {} where the options say that it is the whole cluster.

    Later: it is not made yet, which check mode takes for made before; then nothing is in it. None: the options name
    none.

    :param needed: whether it must be named, because the object is found by its name.
    :param read: whether one that is named by its id is read; otherwise the row has nothing but that.
    :raises BadOption: where a name came out empty, or none is given and one is needed.
    """
    params = call.params
    if scope.by_id in call.unmade:
        return Later(scope.kind.name, "")
    check_given(call, scope)
    ident = params.get(scope.by_id)
    if ident is not None:
        return store.by_id(scope.kind, ident) if read else {"id": ident}
    if scope.cluster and params.get(scope.cluster):
        return CLUSTER
    name = params.get(scope.by_name)
    if name is None:
        if needed:
            others = f", or set {scope.cluster}" if scope.cluster else ""
            problem = f"a name is unique in its {scope.kind.name} only."
            raise BadOption(scope.by_name, None, problem, f"Give it too{others}.")
        return None
    found = store.one_named(scope.kind, name)
    if found is None and params.get("state") != "absent":
        if not call.check_mode:
            raise NotFound(f"There is no {scope.kind.name} {name!r}.", option=scope.by_name)
        call.warn(TO_BE_MADE.format(scope.kind.name, name))
    return found if found is not None else Later(scope.kind.name, name)


def check_given(call: Call, scope: Scope) -> None:
    """Refuse a name that was given and came out empty: it must not mean the whole cluster, nor none."""
    for option in (scope.by_name, scope.by_id, scope.moved_from, scope.cluster):
        if option and option in call.given and call.params.get(option) in (None, "", False):
            remedy = f"Give a {scope.kind.name}, or leave the option out."
            problem = "is empty." if option != scope.cluster else "must be true where it is given."
            raise BadOption(option, call.params.get(option), problem, remedy)
