"""Encodings, delimiters and broken files."""

from intake.recipes import Book, Case, Text, csv, one

BILL = "父件,子件,用量\nSUV-1,ECU-7,2\nSUV-1,座椅A,5\n"
PARTS = "Part number;Name;Unit cost\nA-1;Bolt;1,5\nA-2;Nut;0,25\nA-3;Träger;1.234,50\n"

CASES = {
    "utf8": csv("UTF-8 without a mark.", BILL),
    "utf8_mark": csv(
        "UTF-8 with a byte order mark, as Excel writes 'CSV UTF-8'.", BILL, "utf-8-sig"
    ),
    "gbk": csv("GBK, as Excel in Chinese writes CSV.", BILL, "gbk"),
    "gb18030": csv("A sign that only GB 18030 has.", BILL.replace("座椅A", "座椅㐀𠀀"), "gb18030"),
    "utf16": csv(
        "UTF-16 with tabs, as Excel writes 'Unicode text'.", BILL.replace(",", "\t"), "utf-16"
    ),
    "utf16_unmarked": csv("UTF-16 without its mark.", BILL, "utf-16-le"),
    "western_semicolons": csv(
        "Windows-1252, semicolons, decimal commas.", PARTS, "cp1252", "parts.csv"
    ),
    "bars": csv("Bars between cells.", "item|site|on hand\nA-1|W1|1,200\nA-2|W1|30\n"),
    "tabs_named_xls": csv(
        "Tabs in a file whose name says XLS.", "料号\t库存\n00017\t3\n", "gbk", "export.xls"
    ),
    "quoted_lines": csv(
        "Line breaks and commas in quotes: line numbers are those of the file.",
        'item,name,unit cost\nA-1,"Bolt,\nlong","1,234.5"\nA-2,Nut,2\n',
    ),
    "mixed_encodings": Case(
        "Two files pasted to one: lines in UTF-8 and in GBK.",
        {"list.csv": Text("料号,名称\nA-1,座椅\n".encode() + "A-2,控制器\n".encode("gbk"))},
    ),
    "undecodable": Case(
        "Bytes of no encoding.",
        {"list.csv": Text("料号,名称\n".encode() + b"A-1,\xff\xff\xfe\x81\n")},
    ),
    "empty_file": Case("No byte at all.", {"list.csv": Text(b"")}),
    "blank_file": Case("Only line ends.", {"list.csv": Text(b"\r\n\r\n")}),
    "binary": Case(
        "An image under another name.",
        {"list.csv": Text(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x01")},
    ),
    "web_page": Case(
        "A web page that an ERP calls XLS.",
        {"bom.xls": Text("<html><table><tr><td>料号</td></tr></table></html>")},
    ),
    "cut_off_xlsx": Case(
        "A download that was cut off.", {"bom.xlsx": Text(b"PK\x03\x04" + bytes(500))}
    ),
    "password": Case(
        "A spreadsheet with a password: a compound file with an encrypted package.",
        {
            "bom.xlsx": Text(
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
                + bytes(600)
                + "EncryptedPackage".encode("utf-16-le")
            )
        },
    ),
    "ragged": csv("Lines of unequal length.", "item,name,unit\nA-1,Bolt\nA-2,Nut,pcs,,,\n"),
    "open_quote": csv(
        "A quote that is never closed takes the rest.", 'item,name\nA-1,"Bolt\nA-2,Nut\n'
    ),
    "hidden_sheet": Case(
        "A hidden sheet beside one that is shown, and one without cells.",
        {
            "book.xlsx": Book(
                {
                    "库存": [["料号", "库存"], ["A-1", 3]],
                    "旧数据": [["料号", "库存"], ["A-1", 9]],
                    "Sheet3": [],
                },
                hidden=("旧数据",),
            )
        },
    ),
    "spread_out": one(
        "A stray cell at the far corner of the sheet: it is not read into memory.",
        "料号|库存\nA-1|3",
        errors={"XFD1048576": "#REF!"},
    ),
}
