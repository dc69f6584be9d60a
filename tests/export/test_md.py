from ocrapp.export import FORMATS
from ocrapp.page import Block, Line, Page, Word
from tests.export.pages import line, page
from tests.geometry.test_tables import LEFTS, ROWS, row_line


def render(*blocks, **more):
    return FORMATS["md"].render(page(*blocks, **more))


BODY = [line("Ein gewöhnlicher Absatz, der das Maß gibt", 100, 500), line("und weiter läuft.", 100, 540)]


def test_headings_by_size():
    text = render(
        [line("Der Titel", 100, 50, 80)],
        [line("Ein Kapitel", 100, 200, 56)],
        [line("Ein Abschnitt, der", 100, 300, 44), line("umbricht", 100, 350, 44)],
        BODY,
    )
    assert text == (
        "# Der Titel\n\n## Ein Kapitel\n\n### Ein Abschnitt, der umbricht\n\n"
        "Ein gewöhnlicher Absatz, der das Maß gibt\nund weiter läuft.\n"
    )


def test_large_text_that_is_no_heading():
    assert render([line("9 €", 100, 50, 90)], BODY).startswith("9 €\n")
    long = " ".join(["Wort"] * 40)
    assert render([line(long, 100, 50, 30 * 1.5)], BODY, BODY, BODY, BODY).startswith("Wort")


def test_lists_with_continuations_and_levels():
    text = render(
        BODY,
        [
            line("• erstens ein Punkt,", 100, 700),
            line("der weitergeht", 130, 740),
            line("• zweitens", 100, 780),
            line("– darunter", 160, 820),
            line("– noch eins", 160, 860),
            line("• drittens", 100, 900),
        ],
        [line("1. eins", 100, 1000), line("2) zwei", 100, 1040)],
    )
    assert text.split("\n\n", 1)[1] == (
        "- erstens ein Punkt,\n  der weitergeht\n- zweitens\n  - darunter\n  - noch eins\n- drittens\n"
        "1. eins\n2. zwei\n"
    )


def test_items_in_blocks_of_their_own_are_one_list():
    blocks = [[line(f"• Punkt {number}", 100, 700 + 60 * number)] for number in range(3)]
    assert render(BODY, *blocks).endswith("- Punkt 0\n- Punkt 1\n- Punkt 2\n")


def test_a_paragraph_ends_a_list():
    text = render([line("• Punkt", 100, 100)], [line("Absatz weit darunter", 100, 300)])
    assert text == "- Punkt\n\nAbsatz weit darunter\n"


def test_one_dash_is_no_list():
    assert render([line("– Ja, sagte sie.", 100, 100), line("Er ging.", 100, 140)]).startswith("– Ja")


def test_a_table_stands_where_it_is_read():
    rows = [row_line(row, LEFTS, 700 + 60 * number) for number, row in enumerate([*ROWS, ["a|b", "*", "1"]])]
    text = render(BODY, rows, [line("Danach folgt Text.", 100, 1200)])
    assert text.endswith(
        "| Artikel | Menge | Preis |\n| --- | --- | --- |\n| Sauerteigbrot | 2 | 7.80 |\n"
        "| Butter 250 g | 1 | 2.95 |\n| Eier | 12 | 4.20 |\n| a\\|b | \\* | 1 |\n\nDanach folgt Text.\n"
    )


def test_signs_of_markdown_are_escaped():
    text = render([line("# kein Titel", 9, 9), line("*so* a_b [x] <y> `z` a&amp; \\", 9, 50)])
    assert text == "\\# kein Titel\n\\*so\\* a\\_b \\[x\\] \\<y\\> \\`z\\` a\\&amp; \\\\\n"
    assert render([line("1. einmal", 9, 9)]) == "1\\. einmal\n"
    assert render([line("+ 3 %", 9, 9)]) == "\\+ 3 %\n"
    assert render([line("-5 Grad 12.5 #tag", 9, 9)]) == "-5 Grad 12.5 #tag\n"


def test_pages_and_empty_ones():
    md = FORMATS["md"]
    assert md.document([page(BODY), page()]).endswith("läuft.\n\n---\n\n")
    assert md.render(page()) == ""


def test_words_without_places():
    words = (Word("ohne", (), 1.0, "r"), Word("Ort", (), 1.0, "r"))
    read = Page("a", 1, 9, 9, (Block((Line(words, (), 1.0),)),), "none", (), 0.0)
    assert FORMATS["md"].render(read) == "ohne Ort\n"
