"""The manifest and what it promises: complete rows, verified files, and what ships with the course unchanged."""

import ast
import re
import subprocess

import pytest
from assets_course import CHECKOUT, folder_sha256

from shared.assets import cache_paths, checksums, manifest
from shared.assets.access import asset_path, embedded
from shared.assets.checksums import digest, is_intact, is_recorded, record_embedded, size
from shared.assets.inventory import shipped
from shared.errors import LabError
from shared.settings import PROFILES, labs

RECIPES = CHECKOUT / "data" / "recipes"


@pytest.mark.parametrize("asset", manifest.assets(), ids=lambda asset: asset.name)
def test_a_row_of_the_manifest_is_complete(asset):
    assert len(asset.sha256) == len(asset.archive["sha256"]) == 64
    assert asset.archive["client"] in ("pip", "npm", "deb")
    assert asset.licence
    assert asset.source
    if not asset.path:
        assert (asset.sha256, asset.bytes) == (asset.archive["sha256"], asset.archive["bytes"])
    cards = "\n".join(card.read_text() for card in (CHECKOUT / "data" / "cards").glob("*.md"))
    assert asset.archive["package"] in cards, "the card of what is made of it names the package"


@pytest.mark.parametrize("item", [*manifest.assets(), *shipped()], ids=lambda item: item.name)
def test_whoever_uses_an_asset_exists(item):
    for user in item.used_by:
        kind, _, name = user.partition("/")
        folder = {"": None, "recipes": RECIPES, "shared": CHECKOUT / "shared"}[kind if name else ""]
        assert user in {*labs(), *PROFILES} if folder is None else (folder / f"{name}.py").is_file(), user


@pytest.mark.parametrize("path", sorted(RECIPES.glob("*.py")), ids=lambda path: path.stem)
def test_a_recipe_stands_in_the_row_of_each_asset_it_reads(path):
    users = {asset.name: asset.used_by for asset in manifest.assets()}
    for call in ast.walk(ast.parse(path.read_text())):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "asset_path":
            for name in {part.value for part in ast.walk(call.args[0]) if isinstance(part, ast.Constant)} & set(users):
                assert f"recipes/{path.stem}" in users[name], name


def test_what_ships_with_the_course_is_in_the_manifest_and_unchanged():
    """Drift: a file was changed by hand, or a recipe ran and did not record what it made."""
    here = {path.name for path in cache_paths.embedded_directory().glob("*")} - {checksums.SUMS}
    rows = {item.name: item for item in shipped()}
    assert here == set(rows)
    for name, item in rows.items():
        assert is_recorded(embedded(name)), f"run the recipe of {name} again, or restore it"
        assert (CHECKOUT / re.search(r"data/recipes/\w+\.py", item.source).group()).is_file(), (
            "the source names its recipe"
        )
    lines = (cache_paths.embedded_directory() / checksums.SUMS).read_text().splitlines()
    assert {line.split("  ")[1].split("/")[0] for line in lines} == set(rows), "nothing else is recorded"


def test_an_unknown_asset_is_one_sentence():
    with pytest.raises(LabError, match="no asset 'nefhs'.*python -m shared.assets list"):
        asset_path("nefhs")


def test_what_does_not_ship_is_one_sentence():
    with pytest.raises(LabError, match="'course-encodr' ships with the course and this copy lacks it: get"):
        embedded("course-encodr")


@pytest.fixture
def model(tmp_path):
    """A folder like a saved model."""
    (tmp_path / "model" / "deep").mkdir(parents=True)
    (tmp_path / "model" / "weights.bin").write_bytes(b"w" * 100)
    (tmp_path / "model" / "deep" / "a.json").write_bytes(b"{}")
    return tmp_path / "model"


def test_a_folder_is_known_by_the_listing_of_its_files(model):
    assert digest(model) == folder_sha256({"deep/a.json": b"{}", "weights.bin": b"w" * 100})
    assert size(model) == 102


@pytest.mark.parametrize("change", ["byte", "more", "less", "name"])
def test_any_change_to_a_recorded_folder_shows(model, change):
    record_embedded(model)
    assert is_recorded(model)
    if change == "byte":
        (model / "weights.bin").write_bytes(b"w" * 99 + b"v")
    elif change == "more":
        (model / "extra").write_bytes(b"")
    elif change == "less":
        (model / "deep" / "a.json").unlink()
    else:
        (model / "weights.bin").rename(model / "weight.bin")
    assert not is_recorded(model)


def test_a_rerun_of_a_recipe_records_its_own_files_and_no_others(model, tmp_path):
    other = tmp_path / "model.csv"
    other.write_text("a")
    record_embedded(other)
    record_embedded(model)
    (model / "weights.bin").unlink()
    other.write_text("b")
    record_embedded(model)
    assert is_recorded(model)
    assert not is_recorded(other), "what another file has suffered is not approved"
    sums = (tmp_path / checksums.SUMS).read_text()
    assert "weights.bin" not in sums
    record_embedded(other)
    again = subprocess.run(["sha256sum", "--check", checksums.SUMS], cwd=tmp_path, capture_output=True, text=True)
    assert again.returncode == 0, again.stdout + again.stderr


@pytest.mark.parametrize("name", ["nhefs", "thornton_hiv", "pension_401k"])
def test_the_files_of_the_first_labs_are_what_the_manifest_says(name):
    path = asset_path(name)
    asset = next(asset for asset in manifest.assets() if asset.name == name)
    assert path == asset.cached
    assert is_intact(asset)
