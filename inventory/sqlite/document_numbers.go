package sqlite

import (
	"strconv"
	"time"
)

// integer reads a number that has neither a fraction nor an exponent.
func (d *document) integer() int {
	value, err := strconv.Atoi(d.digits())
	if err != nil {
		d.giveUp()
	}
	return value
}

// float reads a number (RFC 8259 §6). Most are read at once: their digits, without the decimal mark, make a whole number below
// 2^53, and they have no exponent. Such a one is that whole number over a power of ten, both of them exact, so that their
// quotient is rounded once, as it must be (W. D. Clinger, How to Read Floating Point Numbers Accurately, PLDI 1990).
func (d *document) float() float64 {
	rest, at, sign := d.text[d.at:], 0, 1.0
	if rest != "" && rest[0] == '-' {
		at, sign = 1, -1
	}
	start, mantissa, decimals := at, uint64(0), 0
	for at < len(rest) && isDigit(rest[at]) {
		mantissa = 10*mantissa + uint64(rest[at]-'0')
		at++
	}
	digits := at - start
	if digits == 0 || digits > 1 && rest[start] == '0' {
		d.giveUp()
		return 0
	}
	if at < len(rest) && rest[at] == '.' {
		for at++; at < len(rest) && isDigit(rest[at]); at++ {
			mantissa = 10*mantissa + uint64(rest[at]-'0')
			decimals++
		}
		if decimals == 0 {
			d.giveUp()
			return 0
		}
	}
	if digits+decimals >= len(tens) || mantissa >= 1<<53 || at < len(rest) && rest[at]|' ' == 'e' {
		return d.longFloat()
	}
	d.at += at
	return sign * float64(mantissa) / tens[decimals]
}

// longFloat reads any number.
func (d *document) longFloat() float64 {
	value, err := strconv.ParseFloat(d.digits(), 64)
	if err != nil {
		d.giveUp()
	}
	return value
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// tens are powers of ten.
var tens = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17}

// moment is the instant of a text that [inventory.Instant.String] wrote.
func moment(text string) (at time.Time, ok bool) {
	const pattern = "0000-00-00T00:00:00.000Z"
	if len(text) != len(pattern) {
		return at, false
	}
	for i := range len(pattern) {
		if digit := text[i] >= '0' && text[i] <= '9'; digit != (pattern[i] == '0') || !digit && text[i] != pattern[i] {
			return at, false
		}
	}
	year, month, day := whole(text[:4]), whole(text[5:7]), whole(text[8:10])
	hour, minute, second, milli := whole(text[11:13]), whole(text[14:16]), whole(text[17:19]), whole(text[20:23])
	at = time.Date(year, time.Month(month), day, hour, minute, second, milli*int(time.Millisecond), time.UTC)
	return at, at.Month() == time.Month(month) && at.Day() == day && hour < 24 && minute < 60 && second < 60
}

// whole is the value of a few digits.
func whole(digits string) (value int) {
	for i := range len(digits) {
		value = 10*value + int(digits[i]-'0')
	}
	return value
}

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
	for start < len(text) && isDigit(text[start]) {
		start++
	}
	return start
}
