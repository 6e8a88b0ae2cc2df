package sqlite

import (
	"math"
	"math/bits"
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

// float reads a number (RFC 8259 §6). Most are read at once: their digits, without the decimal mark, make a whole number of at
// most 19 digits, and they have no exponent.
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
	if digits+decimals >= len(tens) || at < len(rest) && rest[at]|' ' == 'e' {
		return d.longFloat()
	}
	d.at += at
	return sign * quotient(mantissa, decimals)
}

// quotient is the number nearest to a whole number over a power of ten. Where both are numbers of 53 bits, that is their
// quotient, which is rounded once (W. D. Clinger, How to Read Floating Point Numbers Accurately, PLDI 1990). Otherwise the first
// 64 bits of the quotient are rounded to 53, and whether a half is more than one is told by what the division leaves.
func quotient(whole uint64, decimals int) float64 {
	ten := tens[decimals]
	if whole < 1<<53 {
		return float64(whole) / float64(ten)
	}
	exponent := bits.LeadingZeros64(ten) - bits.LeadingZeros64(whole) - 64
	high, low := whole<<bits.LeadingZeros64(whole), uint64(0)
	ten <<= bits.LeadingZeros64(ten)
	if high >= ten { // there would be 65 bits
		high, low, exponent = high>>1, high<<63, exponent+1
	}
	first, left := bits.Div64(high, low, ten)
	const spare = 64 - 53
	const half = 1 << (spare - 1)
	mantissa, more := first>>spare, first%(1<<spare)
	if more > half || more == half && (left > 0 || mantissa%2 == 1) {
		mantissa++
	}
	return float64(mantissa) * math.Float64frombits(uint64(1023+exponent+spare)<<52) //nolint:gosec // G115: from 950 to 1034
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

// tens are powers of ten, as far as they are numbers of 64 bits.
var tens = [...]uint64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
}

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
