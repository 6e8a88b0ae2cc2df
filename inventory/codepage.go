package inventory

import (
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// namedEncoding is the encoding that a .cpg file or an XML declaration names; nil for UTF-8.
func namedEncoding(name string) (e encoding.Encoding, known bool) {
	plain := plainName(strings.TrimPrefix(name, "\ufeff"))
	for _, prefix := range []string{"windows", "codepage", "ansi", "oem", "ibm", "iso", "cp"} {
		plain = strings.TrimPrefix(plain, prefix)
	}
	switch plain {
	case "utf8", "65001", "usascii", "ascii":
		return nil, true
	case "latin1", "l1", "88591", "28591":
		return charmap.Windows1252, true // which holds Latin-1, and is what is meant
	case "latin9", "885915", "28605":
		return charmap.ISO8859_15, true
	case "latin2", "88592", "28592":
		return charmap.ISO8859_2, true
	case "macintosh", "macroman", "mac", "10000":
		return charmap.Macintosh, true
	}
	e, known = codePages()[plain]
	return e, known
}

// codePages are the encodings of one byte a character, by the numbers of Windows and DOS.
func codePages() map[string]encoding.Encoding {
	return map[string]encoding.Encoding{
		"437": charmap.CodePage437, "850": charmap.CodePage850, "852": charmap.CodePage852, "855": charmap.CodePage855,
		"858": charmap.CodePage858, "860": charmap.CodePage860, "862": charmap.CodePage862, "863": charmap.CodePage863,
		"865": charmap.CodePage865, "866": charmap.CodePage866, "874": charmap.Windows874, "1250": charmap.Windows1250,
		"1251": charmap.Windows1251, "1252": charmap.Windows1252, "1253": charmap.Windows1253, "1254": charmap.Windows1254,
		"1255": charmap.Windows1255, "1256": charmap.Windows1256, "1257": charmap.Windows1257, "1258": charmap.Windows1258,
	}
}

// languageDriver is the code page of a language driver (byte 29 of a .dbf), as dBase and Esri number them; empty for one
// that is not known (Esri, "Read and write shapefile and dBASE files encoded in various code pages").
func languageDriver(id byte) string {
	switch id {
	case 0x01, 0x09, 0x0b, 0x0d, 0x0f, 0x11, 0x15, 0x18, 0x19, 0x1b:
		return "437"
	case 0x02, 0x0a, 0x0e, 0x10, 0x12, 0x14, 0x16, 0x1a, 0x1d, 0x25, 0x37:
		return "850"
	case 0x03, 0x57, 0x58, 0x59:
		return "1252"
	case 0x04:
		return "macintosh"
	case 0x08, 0x17, 0x66:
		return "865"
	case 0x1c, 0x6c:
		return "863"
	case 0x1f, 0x22, 0x23, 0x40, 0x64:
		return "852"
	case 0x24:
		return "860"
	case 0x26, 0x65:
		return "866"
	case 0x50, 0x7c:
		return "874"
	case 0x7d:
		return "1255"
	case 0x7e:
		return "1256"
	case 0xc8:
		return "1250"
	case 0xc9:
		return "1251"
	case 0xca:
		return "1254"
	case 0xcb:
		return "1253"
	case 0xcc:
		return "1257"
	}
	return ""
}
