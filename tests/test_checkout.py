"""The checkouts around a folder."""

from pathlib import Path

from gate.checkout import Checkout, checkout, git_dir, is_top, tops


def test_every_checkout_around_a_folder_is_found(tmp_path: Path) -> None:
    """The innermost first; a link that leads nowhere counts, a plain folder does not."""
    inner = tmp_path / "outer" / "plain" / "inner"
    inner.mkdir(parents=True)
    (tmp_path / "outer" / ".git").mkdir()
    (inner / ".git").symlink_to(tmp_path / "nowhere")
    assert [top for top in tops(inner) if top.is_relative_to(tmp_path)] == [inner, tmp_path / "outer"]
    assert not is_top(inner.parent)
    assert checkout(inner) == Checkout(tmp_path / "outer", tmp_path / "outer" / ".git")


def test_a_git_file_names_a_folder(tmp_path: Path) -> None:
    """As in a linked worktree, which is no submodule, and in a submodule, which is one."""
    for name, store, submodule in (("a", "store/worktrees/a", False), ("b", "store/modules/b", True)):
        (tmp_path / name).mkdir()
        (tmp_path / name / ".git").write_text(f"gitdir: ../{store}\n")
        assert git_dir(tmp_path / name) == tmp_path / name / ".." / store
        assert checkout(tmp_path / name) == Checkout(tmp_path / name, tmp_path / store, submodule)
