import pytest

from ocrapp.errors import ModelUnusableError
from ocrapp.runtime import load_catalog
from ocrapp.runtime.catalog import models_folder
from tests.runtime.conftest import chain, describe_model


def test_every_key_arrives(tiny, catalog_of):
    tiny.with_name("chars.txt").write_text("abc")
    catalog = catalog_of(
        describe_model(
            tiny,
            inputs='{x = "float32 (4, 4)"}',
            charset='"chars.txt"',
            trained_on='"nothing"',
            scores="{h_mean = 0.5}",
            card='"tiny.md"',
        )
        + "[model.params]\nk_max = 7\n"
    )
    entry = catalog.entry("tiny")
    assert entry == catalog.default("segmenter") == next(iter(catalog))
    assert entry.path == tiny
    assert entry.charset == tiny.with_name("chars.txt")
    assert entry.card == tiny.with_name("tiny.md")
    assert (entry.role, entry.default, entry.trained_on) == ("segmenter", True, "nothing")
    assert dict(entry.inputs) == {"x": "float32 (4, 4)"}
    assert dict(entry.scores) == {"h_mean": 0.5}
    assert dict(entry.params) == {"k_max": 7}
    entry.verify()


def test_optional_keys_may_be_absent(tiny, catalog_of):
    entry = catalog_of(describe_model(tiny, default="")).entry("tiny")
    assert (entry.default, entry.charset, entry.card, dict(entry.params)) == (False, None, None, {})


def test_default_is_the_marked_one(tiny, catalog_of):
    other = chain(tiny.with_name("other.onnx"), 2, 4)
    catalog = catalog_of(describe_model(tiny, default="false"), describe_model(other))
    assert catalog.default("segmenter").id == "other"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": '"red"'}, "unknown key 'colour' at model 'tiny'"),
        ({"role": '"painter"'}, "unknown role 'painter'"),
        ({"bytes": '"12"'}, "a whole number for 'bytes'"),
        ({"bytes": "true"}, "a whole number for 'bytes'"),
        ({"default": "1"}, "true or false for 'default'"),
        ({"sha256": '"abc"'}, "64 lower-case hex digits"),
        ({"licence": ""}, "lacks licence"),
        ({"id": '"tiny" "x"'}, "no valid TOML"),
    ],
)
def test_a_faulty_catalog_says_where(tiny, catalog_of, change, message):
    with pytest.raises(ModelUnusableError, match=message):
        catalog_of(describe_model(tiny, **change))


def test_ids_and_defaults_are_unique(tiny, catalog_of):
    with pytest.raises(ModelUnusableError, match="more than one id 'tiny'"):
        catalog_of(describe_model(tiny), describe_model(tiny, default="false"))
    with pytest.raises(ModelUnusableError, match="more than one default model for the role 'segmenter'"):
        catalog_of(describe_model(tiny), describe_model(tiny, id='"again"'))


def test_foreign_tables_are_refused(catalog_of):
    with pytest.raises(ModelUnusableError, match=r"only contain \[\[model\]\]"):
        catalog_of("[other]\nx = 1\n")
    with pytest.raises(ModelUnusableError, match=r"only contain \[\[model\]\]"):
        catalog_of("model = [1]\n")


def test_missing_things_are_named(tiny, catalog_of, tmp_path):
    catalog = catalog_of(describe_model(tiny))
    with pytest.raises(ModelUnusableError, match=r"no model 'nano'\. It lists: tiny"):
        catalog.entry("nano")
    with pytest.raises(ModelUnusableError, match="no default model for the role 'svtr-ctc'"):
        catalog.default("svtr-ctc")
    with pytest.raises(ModelUnusableError, match=r"catalog\.toml cannot be read"):
        load_catalog(tmp_path / "nowhere")


def test_the_environment_names_the_folder(tiny, catalog_of, monkeypatch):
    catalog_of(describe_model(tiny))
    monkeypatch.setenv("OCRAPP_MODELS", str(tiny.parent))
    assert load_catalog().entry("tiny").path == tiny
    monkeypatch.delenv("OCRAPP_MODELS")
    assert models_folder().name == "models"


def test_a_changed_charset_is_noticed_where_its_checksum_is_known(tiny, catalog_of):
    charset = tiny.with_name("chars.txt")
    charset.write_text("abc")
    abc = '"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"'
    entry = catalog_of(describe_model(tiny, charset='"chars.txt"', charset_sha256=abc)).entry("tiny")
    entry.verify()
    charset.write_text("abd")
    with pytest.raises(ModelUnusableError, match=r"chars\.txt is damaged"):
        entry.verify()
