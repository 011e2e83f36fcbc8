package admin

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ago is a time before now, or after it, in words: "12 min ago", "in 3 h".
func ago(now, t time.Time) string {
	switch d := now.Sub(t); {
	case t.IsZero():
		return "never"
	case d >= time.Second:
		return length(d) + " ago"
	case d <= -time.Second:
		return "in " + length(-d)
	}
	return "just now"
}

// length is a duration in its greatest unit.
func length(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", d/time.Hour)
	}
	return fmt.Sprintf("%d days", d/(24*time.Hour))
}

// number is a number with commas: "1,204".
func number(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// count is a number of things in words: "1 source", "2,000 sources".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return number(n) + " " + what + "s"
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return number(n) + " times"
}

// size is a number of bytes in words.
func size(bytes int64) string {
	f, units := float64(bytes), []string{"bytes", "kB", "MB", "GB", "TB"}
	for f >= 999.5 && len(units) > 1 {
		f, units = f/1000, units[1:]
	}
	if f < 10 && units[0] != "bytes" {
		return fmt.Sprintf("%.1f %s", f, units[0])
	}
	return fmt.Sprintf("%.0f %s", f, units[0])
}

func percent(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// lines are those of a text that are not empty.
func lines(text string) (list []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}
