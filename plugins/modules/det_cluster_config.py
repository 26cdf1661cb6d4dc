#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_cluster_config
short_description: Keep the configuration of a Determined cluster as one document
version_added: 1.0.0
description:
  - Compares a document that describes users, groups, roles, workspaces and what they hold with the cluster, shows what
    differs as a plan, and applies it.
  - The document is written with the same words as the tasks of the single modules. It holds values only; variables,
    loops and conditions are those of Ansible.
  - With O(stack) the module remembers on the master which objects it owns and what it has set there. Only so it can
    tell a change by hand from a change of the document, find an object that was renamed, and take away what left the
    document. Without a stack it makes and changes what the document names, and takes nothing away.
  - What the document does not name is not read, not compared and not changed.
  - The notes of a stack lie in the settings of the account that the module logs in as. Use one account for automation
    alone. Another account does not see them.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
options:
  mode:
    description:
      - With V(plan) the module reads and shows what an apply would do.
      - With V(apply) it does that. In check mode it shows the plan.
      - With V(drift) it tells where the cluster is not as the stack has left it. The task is changed then.
      - With V(accept) it does the opposite of setting that back. It changes the files of O(src) so that they say what
        somebody has changed by hand, and keeps their comments and their order. Needs the Python library ruamel.yaml.
        With diff mode the task shows the patch.
      - With V(export) it writes the cluster as a document.
      - With V(validate) it checks the document and asks no master.
      - With V(forget) the stack gives up all that it owns, or what O(only) and O(manage) name, without touching it.
    type: str
    choices: [plan, apply, drift, accept, export, validate, forget]
    default: plan
  config:
    description:
      - The document, as a dictionary. The guide, docs/cluster-config.md, has all of its parts.
      - Exclusive with O(src).
    type: dict
  src:
    description:
      - A YAML file that holds the document, or a folder whose YAML files add up to it, on the machine that Ansible runs
        on. Files that ansible-vault has encrypted are read as such. Nothing in it is templated.
      - "C({file: PATH}) in the document stands for the content of another file, beside the document."
    type: path
  dest:
    description:
      - With O(mode=export) the folder to write the document to, as C(cluster.yml), a file for each workspace, and the
        templates; or one file, where it ends with C(.yml) or C(.yaml). Without it the result has the document.
      - Files of an earlier export whose workspace or template is gone are removed. Other files are left alone.
      - With O(mode=accept) the files to change, where they are others than O(src).
    type: path
  include:
    description:
      - With O(mode=export) what to write. V(owned) is what O(stack) owns, with the properties that it has set.
        V(foreign) is what no stack of the account owns.
    type: str
    choices: [all, owned, foreign]
    default: all
  secrets_dest:
    description:
      - With O(mode=export) a file for the secrets of the document that the master shows, which are addresses of
        webhooks. Only its owner can read it. Encrypt it with ansible-vault and give it as O(secrets).
      - The document itself has names of secrets only.
    type: path
  secrets:
    description:
      - "Values for the places of the document that say C({secret: NAME}), by these names."
      - A secret that is not given is not compared, so that a plan can be made without it.
      - A password or an address of a webhook that the document holds itself is treated as if it were given here.
    type: dict
    default: {}
  stack:
    description:
      - Name under which the module remembers what it owns. It is taken from the document where this is left out.
      - Several stacks of one account may share a cluster. An object has one owner.
    type: str
  adopt:
    description:
      - What becomes of an object that the document names, that is there already, and that no stack owns.
      - With V(named) it is taken over where its address is listed under C(adopt) of the document or in
        O(adopt_addresses). With V(all) it is taken over. With V(never) it is not. Where it is not taken over, the plan
        is blocked.
    type: str
    choices: [never, named, all]
    default: named
  adopt_addresses:
    description: Addresses of objects that may be taken over, or patterns of these such as C(workspaces/vision/*).
    type: list
    elements: str
    default: []
  prune:
    description:
      - What becomes of objects that the stack owns and that left the document.
      - With V(none) the plan tells of them. With V(owned) workspaces and projects are archived, users are switched off,
        and all others are deleted, as far as O(max_deletions) lets it.
    type: str
    choices: [none, owned]
    default: none
  manage:
    description: Names of the sections to work on. All of the document and of the stack when left out.
    type: list
    elements: str
  only:
    description: Addresses, or patterns of addresses, to work on. All when left out.
    type: list
    elements: str
  on_conflict:
    description:
      - What is done with a property of the document that somebody has changed by hand.
      - With V(overwrite) it is set back. With V(keep) it is left. With V(fail) the plan is blocked.
    type: str
    choices: [overwrite, keep, fail]
    default: overwrite
  max_changes:
    description: Refuse to apply a plan that changes more objects than this. No bound when left out.
    type: int
  max_deletions:
    description:
      - Refuse to apply a plan that takes away more than this. Counted are objects that are deleted, replaced or
        switched off, and roles and pools that are taken.
    type: int
    default: 0
  confirm:
    description: The RV(plan_digest) of a plan. An apply of anything else is refused.
    type: str
  plan_file:
    description:
      - With O(mode=plan) the file to write the plan to. It holds addresses and digests, and no values.
      - With O(mode=apply) the file of a plan to apply. The module plans again, and refuses to apply anything else. A
        plan that was applied already changes nothing.
    type: path
  against:
    description:
      - With O(mode=plan) an export to plan against, in the place of the master. A file, a folder, or the document as a
        dictionary. No address, no credentials and no secrets are needed, so that a pull request can show its plan.
      - An emulator of the master is started for it, where Ansible runs. The emulator is the Python package
        C(determined-emulator), which C(pip install ./emulator) in a clone of the collection's repository installs.
      - All that the export has counts as set by the stack. Use an export with O(include=owned) where others have
        objects on the cluster too. What no export has, such as experiments, is not in the plan, nor are ids.
    type: raw
  markdown:
    description: Return the plan as RV(markdown) too, for a comment on a pull request.
    type: bool
    default: false
  undo_dest:
    description:
      - With O(mode=apply) a file for the document that takes the apply back, with the values of before. It is written
        before anything is sent, and only its owner can read it.
      - Apply that file without a stack. It holds no secrets, but names those that it needs. RV(undo_left) lists what
        cannot come back as it was.
      - Nothing is written where nothing is done, so that the file of an earlier apply stays.
    type: path
  allow_lockout:
    description: Let a plan switch off the account of this run, or take its roles.
    type: bool
    default: false
  journal:
    description:
      - File to which a JSON line is added for each object, before it is changed and after. Where it cannot be written
        nothing is sent.
      - Only the owner of the file can read it. A link, or a file of another user, is refused.
    type: path
  lock_timeout:
    description: Seconds to wait for another run that applies the same stack.
    type: float
    default: 60
  wait:
    description: Wait until what is deleted is gone.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait at most for each object.
    type: float
    default: 300
seealso:
  - module: determined_ai.determined.det_workspace
  - module: determined_ai.determined.det_role_assignment
"""

EXAMPLES = r"""
- name: Show what an apply would do
  determined_ai.determined.det_cluster_config:
    src: cluster.yml
    stack: example
  diff: true

- name: Bring the cluster to what the document says
  determined_ai.determined.det_cluster_config:
    mode: apply
    stack: example
    adopt: all
    config:
      version: 1
      groups:
        robotics:
          members: [carla.moreno]
      workspaces:
        robotics:
          projects:
            grasping: {description: Grasping of unknown objects}
          policies:
            EXPERIMENT: {constraints: {resources: {max_slots: 8}}}
          webhooks:
            alerts:
              url: {secret: alerts_url}
              triggers: [{experiment_state: ERROR}]
    secrets:
      alerts_url: https://alerts.example.com/hooks/4711

- name: Take away what left the document, at most two things
  determined_ai.determined.det_cluster_config:
    mode: apply
    src: cluster.yml
    stack: example
    adopt: all
    prune: owned
    max_deletions: 2

- name: Tell whether somebody has changed by hand what the stack has set
  determined_ai.determined.det_cluster_config:
    mode: drift
    src: cluster.yml
    stack: example
  register: found
  failed_when: found.drift_code == 2

- name: Take changes by hand over into the files
  determined_ai.determined.det_cluster_config:
    mode: accept
    src: cluster
    stack: example
  diff: true

- name: Write what the cluster has as a document
  determined_ai.determined.det_cluster_config:
    mode: export
    dest: cluster
    secrets_dest: cluster-secrets.yml

- name: Check a document without a master
  determined_ai.determined.det_cluster_config:
    mode: validate
    src: cluster.yml

- name: Plan against an export, without a master, and for a comment
  determined_ai.determined.det_cluster_config:
    src: cluster.yml
    against: exported
    prune: owned
    markdown: true
  register: planned

- name: Let the stack give up what it owns
  determined_ai.determined.det_cluster_config:
    mode: forget
    stack: example
"""

RETURN = r"""
plan:
  description: What is done with each object, in the order of the document. Objects that stay as they are are left out.
  returned: with the modes plan, apply and drift
  type: list
  elements: dict
  contains:
    address:
      description: Where the object stands in the document.
      type: str
      returned: always
      sample: workspaces/vision/projects/detr
    kind:
      description: What it is.
      type: str
      returned: always
      sample: project
    op:
      description: >-
        What is done: create, change, rename, replace, archive, unarchive, switch_off, delete, adopt, leave, forget or
        none.
      type: str
      returned: always
      sample: change
    changes:
      description: The properties that change.
      type: list
      elements: dict
      returned: always
      contains:
        field:
          description: The property.
          type: str
          returned: always
          sample: description
        before:
          description: What it is; null where there is nothing.
          type: raw
          returned: always
          sample: changed in the web UI
        after:
          description: What it will be.
          type: raw
          returned: always
          sample: Object detection
        reason:
          description: Why it changes, where that can be told.
          type: str
          returned: always
          sample: changed by hand
        added:
          description: What comes to a set.
          type: list
          elements: raw
          returned: for sets
          sample: ["ana"]
        removed:
          description: What goes from a set.
          type: list
          elements: raw
          returned: for sets
          sample: []
    requests:
      description: The requests for it. What is not known before stands in braces.
      type: list
      elements: str
      returned: always
      sample: ["PATCH /api/v1/projects/12"]
    blocked:
      description: Why it cannot be done; null otherwise. Nothing of a plan is applied while something is blocked.
      type: str
      returned: always
      sample: workspaces/vision is protected. Take protect away first.
    notes:
      description: Additional remarks.
      type: list
      elements: str
      returned: always
      sample: []
summary:
  description: How many objects there are of each kind of act, how many are blocked, unchanged, or left the document.
  returned: with the modes plan, apply, drift and validate
  type: dict
  sample: {"create": 3, "change": 1, "unchanged": 40, "blocked": 0}
plan_digest:
  description: A short text that stands for just these acts and requests, for O(confirm).
  returned: with the modes plan, apply and drift, and without O(against)
  type: str
  sample: 68d6c373c46e4418
markdown:
  description: The plan as Markdown.
  returned: with O(markdown)
  type: str
requests:
  description:
    - The requests that an apply sends to objects, in their order. Requests for the notes of the stack are not among
      them.
  returned: with the modes plan, apply and drift
  type: list
  elements: str
  sample: ["POST /api/v1/workspaces", "POST /api/v1/workspaces/{scope}/projects"]
access:
  description:
    - Permissions that users gain and lose, with groups resolved. Users who gain and lose the same are one entry.
    - C(scope) is the workspace, null for the whole cluster. C(gained) and C(lost) are the permissions, C(gains) and
      C(loses) the same in words. C(through) names the roles, and the groups, that bring or brought them.
    - On a master without RBAC the permissions are C(LOG_IN) and C(ADMINISTRATE).
  returned: where a plan changes that
  type: list
  elements: dict
  sample: [{"users": ["ana"], "scope": "vision", "gained": ["CREATE_EXPERIMENT"], "lost": [], "gains": "write access",
            "loses": "", "through": [{"role": "Editor", "group": "vision"}]}]
undo_left:
  description: What the document in O(undo_dest) does not bring back as it was, with address and why.
  returned: with the mode apply and O(undo_dest), where something was done
  type: list
  elements: dict
  contains:
    address:
      description: The address.
      type: str
      returned: always
      sample: users/dora
    why:
      description: Why not.
      type: str
      returned: always
      sample: it cannot be deleted. It is switched off.
drift:
  description:
    - Addresses where the cluster is not as the stack has left it, by what has happened. C(foreign) lists what nobody
      has written down, C(pending) what the document has not applied yet.
  returned: with the mode drift
  type: dict
  sample: {"changed_by_hand": [{"address": "workspaces/vision/projects/detr", "field": "description"}], "foreign": []}
drift_code:
  description: 0 without drift, 1 where there are only foreign objects, 2 where something of the stack has drifted.
  returned: with the mode drift
  type: int
  sample: 2
config:
  description: The document.
  returned: with the mode export and without O(dest)
  type: dict
  sample: {"version": 1, "groups": {"vision": {"members": ["ana"]}}}
accepted:
  description: The changes by hand that the files say now; in check mode those that they would.
  returned: with the mode accept
  type: list
  elements: dict
  contains:
    address:
      description: The address.
      type: str
      returned: always
      sample: workspaces/vision/projects/detr
    class:
      description: What has happened, as in RV(drift).
      type: str
      returned: always
      sample: changed_by_hand
    field:
      description: The property.
      type: str
      returned: where it is one
      sample: description
left:
  description: The changes by hand that cannot be written back, such as those of secrets.
  returned: with the mode accept
  type: list
  elements: dict
  contains:
    address:
      description: The address.
      type: str
      returned: always
      sample: workspaces/vision/webhooks/eda
    class:
      description: What has happened, as in RV(drift).
      type: str
      returned: always
      sample: changed_by_hand
    field:
      description: The property.
      type: str
      returned: where it is one
      sample: url
    why:
      description: Why not.
      type: str
      returned: always
      sample: it is a secret. Put the new value where the secrets are kept.
left_out:
  description: What the document cannot say, with address and why.
  returned: with the mode export
  type: list
  elements: dict
  contains:
    address:
      description: The address.
      type: str
      returned: always
      sample: workspaces/vision/webhooks/old
    why:
      description: Why it is left out.
      type: str
      returned: always
      sample: two webhooks are called so.
secret_names:
  description: The names of the secrets that the document speaks of.
  returned: with the mode export
  type: list
  elements: str
  sample: ["webhook_vision_eda_url"]
written_files:
  description: The files that were written; in check mode those that would be.
  returned: with the modes accept and export
  type: list
  elements: str
  sample: ["cluster/cluster.yml"]
removed_files:
  description: The files of an earlier export that were removed; in check mode those that would be.
  returned: with the mode export
  type: list
  elements: str
  sample: []
forgotten:
  description: The entries of the stack that were given up.
  returned: with the mode forget
  type: list
  elements: str
  sample: ["workspace/7"]
diff:
  description: The plan as text, as C(prepared).
  returned: when diff mode is on
  type: dict
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint. After an apply that
      did a part, C(failed) and C(skipped) tell why by address, and C(done) lists the addresses of what was done.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config.work import CLUSTER_CONFIG, work
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION

SPEC = CONNECTION + CLUSTER_CONFIG


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
