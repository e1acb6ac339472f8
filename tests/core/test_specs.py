import pytest
from hypothesis import given
from hypothesis import strategies as st

from fracorr import specs
from fracorr.errors import ConfigurationError


@pytest.mark.parametrize(
    ("text", "name", "value", "values"),
    [
        ("gallery", "gallery", None, {}),
        ("gallery:face*", "gallery", "face*", {}),
        ("gallery,tag=eye", "gallery", None, {"tag": "eye"}),
        ("orbit-trap:degree=3", "orbit-trap", None, {"degree": "3"}),
        ("file:sheet.jpeg,cell=110,index=489", "file", "sheet.jpeg", {"cell": "110", "index": "489"}),
        ("file:'a, b=c.png',size=64", "file", "a, b=c.png", {"size": "64"}),
        ("file:'it''s, here.png'", "file", "it's, here.png", {}),
        ("file:photos/a=b.png", "file", "photos/a=b.png", {}),
        ("file:it's.png,size=3", "file", "it's.png", {"size": "3"}),
        ("harmonic:orders=[0,4,8]", "harmonic", None, {"orders": "[0,4,8]"}),
        (" disc : 7 , soft = true ", "disc", "7", {"soft": "true"}),
        ("my-plugin/disc:7", "my-plugin/disc", "7", {}),
    ],
)
def test_parse_reads_the_grammar(text, name, value, values):
    spec = specs.parse(text)
    assert (spec.name, spec.value, dict(spec.values)) == (name, value, values)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no name"),
        (":3", "no name"),
        ("disc:1,2", "'2' should be key=value"),
        ("disc:radius=1,radius=2", "gives 'radius' twice"),
        ("file:'a.png", "quote ' is not closed"),
        ("harmonic:orders=[1,2", "bracket is not closed"),
    ],
)
def test_parse_says_what_is_wrong(text, message):
    with pytest.raises(ConfigurationError, match=message.replace("[", r"\[")):
        specs.parse(text)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("orbit-trap", ["orbit-trap"]),
        ("orbit-trap:degree=3+droste", ["orbit-trap:degree=3", "droste"]),
        ("orbit-trap:c=0.3+0.01i+droste", ["orbit-trap:c=0.3+0.01i", "droste"]),
        ("orbit-trap:c=0.3+i+droste:x=1", ["orbit-trap:c=0.3+i", "droste:x=1"]),
        ("orbit-trap:c=1e+5", ["orbit-trap:c=1e+5"]),
        ("ifs:file='a+b.ifs'+my-plugin/mirror", ["ifs:file='a+b.ifs'", "my-plugin/mirror"]),
        ("pyramid+rosette+*", ["pyramid", "rosette", "*"]),
    ],
)
def test_a_chain_is_cut_only_between_transforms(text, links):
    assert specs.split_chain(text) == links


def test_none_is_the_empty_chain_and_stands_alone():
    assert specs.parse_chain("none") == ()
    with pytest.raises(ConfigurationError, match="stands alone"):
        specs.parse_chain("none+droste")


@pytest.mark.parametrize("text", ["droste+", "+droste", "droste++ifs"])
def test_a_chain_with_a_missing_link_is_refused(text):
    with pytest.raises(ConfigurationError, match="has no name"):
        specs.parse_chain(text)


@given(
    values=st.dictionaries(
        st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True),
        st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20),
        max_size=4,
    )
)
def test_what_format_writes_parse_reads(values):
    spec = specs.parse(specs.format_spec("thing", values))
    assert spec.name == "thing"
    assert dict(spec.values) == values


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=20))
def test_a_bare_value_is_read_back_too(value):
    assert specs.parse(specs.format_spec("thing", {"path": value}, "path")).value == value
