package page_test

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"dateline/feed/serve/page"
)

func TestAssetPaths(t *testing.T) {
	for _, a := range page.Assets() {
		if !regexp.MustCompile(`^/(style-[0-9a-f]{12}\.css|copy-[0-9a-f]{12}\.js)$`).MatchString(a.Path) {
			t.Errorf("path is %q", a.Path)
		}
		for _, elsewhere := range []string{"url(", "@import", "http:", "https:", "fetch("} {
			if strings.Contains(string(a.Body), elsewhere) {
				t.Errorf("%s asks for something else: %s", a.Path, elsewhere)
			}
		}
	}
}

// TestContrast holds the colours to WCAG 2.2, 1.4.3 (AA): 4.5 to 1 for text.
func TestContrast(t *testing.T) {
	css := page.Assets()[0].Body
	schemes := regexp.MustCompile(`(?s):root \{(.*?)\}`).FindAllStringSubmatch(string(css), -1)
	if len(schemes) != 3 {
		t.Fatalf("the style sheet has %d sets of colours; want those for light, dark and paper", len(schemes))
	}
	for i, name := range []string{"light", "dark", "paper"} {
		colour := map[string]float64{}
		for _, m := range regexp.MustCompile(`--(\w+): #([0-9a-f]+);`).FindAllStringSubmatch(schemes[i][1], -1) {
			colour[m[1]] = luminance(t, m[2])
		}
		for _, ground := range []string{"ground", "panel"} {
			for _, text := range []string{"text", "muted", "accent"} {
				a, b := colour[text], colour[ground]
				if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
					t.Errorf("%s: %s on %s has a contrast of %.2f; want 4.5", name, text, ground, ratio)
				}
			}
		}
	}
}

// luminance is the relative luminance of a colour in hexadecimal digits, as
// WCAG defines it.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
