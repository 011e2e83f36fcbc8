package bolt

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
)

// Some tests need another process: this program again, which by these
// variables of its environment does one act instead of the tests.
const (
	envAct    = "DATELINE_TEST_ACT"
	envPath   = "DATELINE_TEST_PATH"
	envNumber = "DATELINE_TEST_NUMBER"
)

// acts are what another process can be asked to do with a store.
var acts = map[string]func(path string, number int) error{
	"file one":          fileOne,
	"file until killed": fileUntilKilled,
	"open and measure":  openAndMeasure,
}

func TestMain(m *testing.M) {
	act := os.Getenv(envAct)
	if act == "" {
		os.Exit(m.Run())
	}
	number, err := strconv.Atoi(os.Getenv(envNumber))
	if err == nil {
		err = acts[act](os.Getenv(envPath), number)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// process is another process that does the act; it is not started.
func process(t testing.TB, act, path string, number int) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), envAct+"="+act, envPath+"="+path, envNumber+"="+strconv.Itoa(number))
	return cmd
}
