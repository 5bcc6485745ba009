"""How wide each letter of our languages is in semibold Source Sans 3 (weight 600), in hundredths of its size, rounded up.

Measured in Chromium on the fonts of `shared/web/static`; regular letters are a little narrower, and bold ones (700) up to 4 % wider."""

OF_WIDTH = {
    26: "|¦",
    28: "',.:;ijl·ìíîïĩīĭįıĵĺļіїј‘’",
    30: "IÌÍÎÏĨĪĬĮİľſІЇ",
    32: "!f¡",
    34: "()-[]{}ł•",
    36: "/\\ª°",
    38: "rt²³¹ºŕŗřţťŧț",
    42: "ŀ",
    44: "*sśŝşšșгѓѕ",
    46: "?z«®»¿źżž",
    48: "cçćĉċčзстэє–",
    50: '"J_vxyýÿĴŷЈухў“”„',
    52: "#$+0123456789<=>FLY^aeg~¢£¤¥§¬±×Ýàáâãäåèéêë÷āăąēĕėęěĝğġģĹĻĽĿŶŸЃГавеьѐё×−€",
    54: "EVZkÈÉÊËĒĔĖĘĚĳķĸŁŹŻŽЀЁЎЕУкчяќ",
    56: "ASTX`hnou¨¯´¸ÀÁÂÃÄÅðñòóôõöøùúûüĀĂĄĥńņňŋōŏőŚŜŞŠŢŤŦũūŭůűųȘȚЅАЗТХбдлоћ",
    58: "CbdpqµÇþĆĈĊČđħĲЄСЭийнпрцђѝџ",
    60: "BKPR¶ÞďĶŔŖŘЌБВКРЬЯ",
    62: "ßЧъ→←↑↓≤≥",
    64: "&DGĎĜĞĠĢ",
    66: "NUÐÑÙÚÛÜĐŃŅŇŊŨŪŬŮŰŲЏДЛПЦм",
    68: "HOQÒÓÔÕÖØĤŌŎŐЍИЙНО",
    70: "Ђ",
    72: "ĦЋы",
    74: "Ъж",
    76: "Mw©ŵМФфюљ",
    78: "æшњ",
    80: "W¼Ŵщ—",
    82: "¾ŉ",
    84: "½ÆœЫ",
    86: "%mŒЖ",
    88: "@",
    90: "Ш",
    92: "ЉЩ",
    94: "ЊЮ",
    98: "…",
}
"""Width → the letters that have it."""
WIDTHS = {letter: width / 100 for width, letters in OF_WIDTH.items() for letter in letters} | {" ": 0.2, "\u00a0": 0.2, "\u00ad": 0.0}
UNKNOWN = 1.0
"""Of another letter: of a script that no catalogue has yet, drawn in a font of the machine."""
