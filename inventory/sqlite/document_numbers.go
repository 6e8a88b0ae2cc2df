package sqlite

import "strconv"

// integer reads a number that has neither a fraction nor an exponent.
func (d *document) integer() int {
	value, err := strconv.Atoi(d.digits())
	if err != nil {
		d.giveUp()
	}
	return value
}

// float reads a number.
func (d *document) float() float64 {
	digits := d.digits()
	if value, ok := short(digits); ok {
		return value
	}
	value, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		d.giveUp()
	}
	return value
}

// short is the value of a number of a few digits without a sign or an exponent: a whole number below 2^53 over a power of
// ten, both of them exact, so that their quotient is rounded once, as it must be (W. D. Clinger, How to Read Floating
// Point Numbers Accurately, PLDI 1990).
func short(digits string) (value float64, ok bool) {
	if len(digits) > len(tens) {
		return 0, false
	}
	whole, decimals := 0, 0
	for i := range len(digits) {
		switch b := digits[i]; {
		case b == '.':
			decimals = len(digits) - i - 1
		case b < '0' || b > '9':
			return 0, false
		default:
			whole = 10*whole + int(b-'0')
		}
	}
	return float64(whole) / tens[decimals], digits != ""
}

// tens are powers of ten.
var tens = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14}

// digits passes over a number (RFC 8259 §6); nothing when there is none.
func (d *document) digits() string {
	rest := d.text[d.at:]
	sign := 0
	if rest != "" && rest[0] == '-' {
		sign = 1
	}
	end := endOfDigits(rest, sign)
	some := end > sign && (rest[sign] != '0' || end == sign+1)
	if some && end < len(rest) && rest[end] == '.' {
		start := end + 1
		end = endOfDigits(rest, start)
		some = end > start
	}
	if some && end < len(rest) && rest[end]|' ' == 'e' {
		start := end + 1
		if start < len(rest) && (rest[start] == '-' || rest[start] == '+') {
			start++
		}
		end = endOfDigits(rest, start)
		some = end > start
	}
	if !some {
		return ""
	}
	d.at += end
	return rest[:end]
}

// endOfDigits is where the digits 0 to 9 that begin at start end.
func endOfDigits(text string, start int) int {
	for start < len(text) && text[start] >= '0' && text[start] <= '9' {
		start++
	}
	return start
}
