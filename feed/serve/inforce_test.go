package serve_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dateline/feed/serve"
)

func TestConfigurationInForce(t *testing.T) {
	s := newSite(t)
	s.server.Tokens = append(s.server.Tokens, serve.Token{Name: "operator", Secret: "the-operators-token", May: []string{"operate"}})
	s.http.Config.Handler = s.server.Handler()
	get := func(token string) answer {
		return s.do("GET", "/api/v1/config", "", "Authorization", "Bearer "+token)
	}
	var err error
	s.server.InForce = func(_ context.Context, secret string) (serve.InForce, error) {
		return serve.InForce{
			Config: map[string]any{"asked by": secret}, Since: noon, Fault: "config.yaml:1:1: it is empty", FaultAt: noon,
			Categories: map[string]int{"sport": 1}, Sources: map[string]int{},
		}, err
	}
	s.http.Config.Handler = s.server.Handler()
	if a := get(readerToken); a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, "this takes operate") {
		t.Errorf("to one who may only read: %s %s", a.Status, a.body)
	}
	if a := s.get("/api/v1/config"); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("to anyone: %s", a.Status)
	}
	a := get("the-operators-token")
	if a.StatusCode != http.StatusOK || !strings.Contains(a.body, `"asked by": "the-operators-token"`) {
		t.Fatalf("%s %s", a.Status, a.body)
	}
	if err := mustSpec(t).hold(a.Request, "", a); err != nil {
		t.Error(err)
	}
	s.receipt(s.file(`{"headline":"H","body":"<p>B</p>","categories":["sport"],"published":"2026-01-01T00:00:00Z"}`))
	for text, goes := range map[string]bool{`{"default":{"age":"720h","number":0},"of":{}}`: true, `{"default":{"age":"0s","number":0},"of":{"sport":{"age":"99999h","number":1}}}`: false} {
		a := s.do("GET", "/api/v1/config?retention="+url.QueryEscape(text), "", "Authorization", "Bearer the-operators-token")
		if a.StatusCode != http.StatusOK || strings.Contains(a.body, `"goes": 1`) != goes {
			t.Errorf("under %s: %s %s", text, a.Status, a.body)
		}
		if err := mustSpec(t).hold(a.Request, "", a); err != nil {
			t.Error(err)
		}
	}
	err = errors.New("the store does not answer")
	if a := get("the-operators-token"); a.StatusCode != http.StatusInternalServerError {
		t.Errorf("when it fails: %s", a.Status)
	}
}
