package clean

import "testing"

func TestPixelsGo(t *testing.T) {
	for attributes, gone := range map[string]bool{
		`width="1" height="1"`:                             true,
		`width=0 height=0`:                                 true,
		`width="1px"`:                                      true,
		`width=" 1 "`:                                      true,
		`height="1.0"`:                                     true,
		`width="640" height="1"`:                           true,
		`WIDTH=1`:                                          true,
		`style="width:1px;height:1px"`:                     true,
		`style="WIDTH: 1PX !important"`:                    true,
		`style="border:0; max-height : 0"`:                 true,
		`style="height:0em"`:                               true,
		`style="display:none"`:                             true,
		`style="color:red;visibility: hidden"`:             true,
		`style="opacity:0.0"`:                              true,
		`width="640" height="480"`:                         false,
		`width="100%" style="width:100%"`:                  false,
		`style="width:1em;height:1em"`:                     false,
		`width="auto" height=""`:                           false,
		`width="-1"`:                                       false,
		`style="line-width:1px;margin:0;border:0"`:         false,
		`style="display:block;opacity:0.9"`:                false,
		`style="width"`:                                    false,
		`alt="width:1px" title="display:none" width="one"`: false,
	} {
		text := `<p>a<img src="https://t.example/p.gif" ` + attributes + `>b</p>`
		if got := HTML(text, nil); (got == "<p>ab</p>") != gone {
			t.Errorf("%s: got %s", attributes, got)
		}
	}
}
