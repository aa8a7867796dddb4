from __future__ import annotations

from hotspot.service.access import ACCESS, LOCAL, ROLES, allowed


def test_what_is_not_in_the_table_is_refused() -> None:
    assert not allowed(LOCAL, "layers.destroy")
    assert not allowed(LOCAL, "")


def test_an_unknown_role_may_do_nothing() -> None:
    assert not any(allowed(role, endpoint) for role in ("", "admin", "Local") for endpoint in ACCESS)


def test_the_table_names_only_roles_that_exist() -> None:
    assert all(roles <= ROLES for roles in ACCESS.values())
    assert allowed(LOCAL, "layers.index")
