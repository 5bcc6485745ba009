"""The catalogues of the pages: what is marked in the code, what translators have said of it, and whether the two fit."""
