package fetch_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"dateline/feed/fetch"
)

// pipe joins two connections until both have ended.
func pipe(a, b net.Conn) {
	var done sync.WaitGroup
	for from, to := range map[net.Conn]net.Conn{a: b, b: a} {
		done.Go(func() {
			io.Copy(to, from)
			to.Close()
		})
	}
	done.Wait()
}

// proxy answers plain requests itself with the URL that it was asked for, and
// connects wherever it is told to.
func proxy(t *testing.T) (url string, asked *[]string) {
	asked = new([]string)
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		*asked = append(*asked, r.Method+" "+r.RequestURI+" "+r.Header.Get("Proxy-Authorization"))
		if r.Method != http.MethodConnect {
			io.WriteString(w, r.RequestURI)
			return
		}
		to, err := net.Dial("tcp", r.RequestURI)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		from, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		io.WriteString(from, "HTTP/1.1 200 OK\r\n\r\n")
		pipe(from, to)
	})
	return s.URL, asked
}

// TestNamedProxy: the operator named it, so that it may be on a private
// address; what it is to reach may not.
func TestNamedProxy(t *testing.T) {
	url, asked := proxy(t)
	f := &fetch.Fetcher{}
	defer f.Close()
	named := strings.Replace(url, "//", "//user:word@", 1)
	o := get(t, f, fetch.Request{URL: "http://news.example.com/feed", Proxy: named})
	if string(o.Body) != "http://news.example.com/feed" || len(*asked) != 1 || !strings.HasSuffix((*asked)[0], " Basic dXNlcjp3b3Jk") {
		t.Errorf("got %v %s, asked %q", o, o.Body, *asked)
	}
	mustFail(t, get(t, f, fetch.Request{URL: url}), "is a loopback address") // the proxy's own address is open to nobody else
	*asked = nil
	for _, host := range []string{"127.0.0.1", "10.0.0.1", "[::1]", "169.254.169.254", "localhost", "127.1", "0x7f.1", "2130706433", "１２７.０.０.１"} {
		for _, scheme := range []string{"http://", "https://"} {
			mustFail(t, get(t, f, fetch.Request{URL: scheme + host + "/", Proxy: url}), "connect to ")
		}
	}
	if len(*asked) > 0 {
		t.Errorf("the proxy was asked for %q", *asked)
	}
	if o := get(t, f, fetch.Request{URL: "http://10.0.0.1/", Proxy: url, AllowPrivate: true}); o.Kind != fetch.Fetched {
		t.Errorf("allowed: got %v", o)
	}
}

func TestProxyIsKeptThroughRedirects(t *testing.T) {
	var asked []string
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.RequestURI)
		switch r.Host {
		case "a.example.com":
			http.Redirect(w, r, "http://b.example.com/", http.StatusFound)
		case "b.example.com":
			http.Redirect(w, r, "http://192.168.0.1/", http.StatusFound)
		}
	})
	f := &fetch.Fetcher{}
	defer f.Close()
	mustFail(t, get(t, f, fetch.Request{URL: "http://a.example.com/", Proxy: s.URL}), "connect to 192.168.0.1: ")
	if len(asked) != 2 {
		t.Errorf("asked %q", asked)
	}
}

func TestTunnelThroughAProxy(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Proto) }))
	s.EnableHTTP2 = true
	f := trusting(t, s)
	url, asked := proxy(t)
	if o := get(t, f, fetch.Request{URL: s.URL, Proxy: url}); string(o.Body) != "HTTP/2.0" || len(*asked) != 1 {
		t.Errorf("got %v, asked %q", o, *asked)
	}
	// A connection that goes through the proxy is for those that want it only.
	if o := get(t, f, fetch.Request{URL: s.URL}); o.Kind != fetch.Fetched || len(*asked) != 1 {
		t.Errorf("got %v, asked %q", o, *asked)
	}
	f.Close() // before the servers, which wait for their connections
}

func TestProxyThatDoesNotServe(t *testing.T) {
	for status, want := range map[int]string{
		403: "the proxy {proxy} answered 403 Forbidden", 407: "the proxy {proxy} answered 407 Proxy Authentication Required",
	} {
		s := server(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status) })
		o := get(t, fetcher(t), fetch.Request{URL: "https://news.example.com/", Proxy: s.URL})
		mustFail(t, o, "connect to news.example.com: "+strings.ReplaceAll(want, "{proxy}", s.Listener.Addr().String()))
		if (status == 407) != strings.Contains(o.Hint, "proxy") {
			t.Errorf("%d: hint %q", status, o.Hint)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	for _, url := range []string{"http://news.example.com/", "https://news.example.com/"} {
		o := get(t, fetcher(t), fetch.Request{URL: url, Proxy: "http://" + l.Addr().String()})
		mustFail(t, o, "connect to the proxy "+l.Addr().String()+": connection refused")
	}
}

// TestSOCKSProxy looks names up itself.
func TestSOCKSProxy(t *testing.T) {
	s := server(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Host) })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var done sync.WaitGroup
	done.Go(func() {
		c, err := l.Accept()
		if err != nil {
			t.Error(err)
			return
		}
		buf := make([]byte, 300) // RFC 1928 §3, §4
		io.ReadFull(c, buf[:3])
		c.Write([]byte{5, 0})
		io.ReadFull(c, buf[:5])
		io.ReadFull(c, buf[:int(buf[4])+2])
		if !strings.HasPrefix(string(buf), "news.example.com") {
			t.Errorf("asked for %q", buf)
		}
		c.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
		to, err := net.Dial("tcp", s.Listener.Addr().String())
		if err != nil {
			t.Error(err)
			return
		}
		pipe(c, to)
	})
	f := &fetch.Fetcher{}
	if o := get(t, f, fetch.Request{URL: "http://news.example.com/", Proxy: "socks5://" + l.Addr().String()}); string(o.Body) != "news.example.com" {
		t.Errorf("got %v", o)
	}
	f.Close()
	l.Close()
	done.Wait()
}

// TestProxiesOfTheEnvironmentAreIgnored, in a process whose environment names
// one, since net/http reads it once only.
func TestProxiesOfTheEnvironmentAreIgnored(t *testing.T) {
	const child = "DATELINE_TEST_PROXY"
	if os.Getenv(child) != "" {
		f := &fetch.Fetcher{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
		mustFail(t, get(t, f, fetch.Request{URL: "http://192.0.2.1/"}), "192.0.2.1 is an address for documentation")
		return
	}
	url, asked := proxy(t)
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), child+"=1", "NO_PROXY=", "no_proxy=")
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"} {
		cmd.Env = append(cmd.Env, name+"="+url)
	}
	if out, err := cmd.CombinedOutput(); err != nil || len(*asked) > 0 {
		t.Errorf("%v, the proxy was asked for %q\n%s", err, *asked, out)
	}
}
