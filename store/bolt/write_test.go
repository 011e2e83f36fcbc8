package bolt

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	bbolt "go.etcd.io/bbolt"

	"dateline/store"
)

// These tests run in a bubble of synctest, whose Wait tells when every
// goroutine waits for another: so the groups are known without a clock.

// hold keeps the commit loop busy until release is called.
func hold(s *Store) (release func()) {
	free := make(chan struct{})
	go s.write(context.Background(), func(*tx) error { <-free; return nil })
	synctest.Wait()
	return func() { close(free); synctest.Wait() }
}

// queue starts a write that waits behind those before it; its error is there
// when the bubble has come to rest.
func queue(s *Store, ctx context.Context, act func(*tx) error) (answer *error) {
	answer = new(error)
	*answer = errors.New("no answer yet")
	go func() { *answer = s.write(ctx, act) }()
	synctest.Wait()
	return answer
}

// note is an act that keeps a text where Check does not look.
func note(text string) func(*tx) error {
	return func(tx *tx) error { return tx.put(bucketKeys, []byte(text), nil) }
}

func noted(t *testing.T, s *Store, text string) (there bool) {
	t.Helper()
	err := s.view(context.Background(), func(tx *tx) error {
		there = tx.Bucket(bucketKeys).Get([]byte(text)) != nil
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return there
}

// commits is how many there have been.
func commits(t testing.TB, s *Store) (n int) {
	t.Helper()
	if err := s.db.View(func(tx *bbolt.Tx) error { n = tx.ID(); return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}

// inBubble runs the test on a store whose goroutines belong to the bubble.
func inBubble(t *testing.T, test func(t *testing.T, s *Store)) {
	synctest.Test(t, func(t *testing.T) { test(t, newStore(t)) })
}

func TestWritesThatWaitShareACommit(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Store) {
		release := hold(s)
		before := commits(t, s)
		const writers = maxGroup + 40
		var all sync.WaitGroup
		for n := range writers {
			all.Go(func() {
				if _, err := s.File(t.Context(), filing(article(n))); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		release()
		all.Wait()
		// That which was held, a full group, and the rest.
		if n := commits(t, s) - before; n != 3 {
			t.Errorf("%d commits for %d writers; want 3", n, writers)
		}
		sound(t, s, writers)
	})
}

func TestAFailedWriteDoesNotSpoilItsGroup(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Store) {
		release := hold(s)
		broken, no := errors.New("broken"), errors.New("no")
		ctx := t.Context()
		first := queue(s, ctx, note("first"))
		failed := queue(s, ctx, func(tx *tx) error { return errors.Join(note("failed")(tx), broken) })
		second := queue(s, ctx, note("second"))
		refused := queue(s, ctx, func(*tx) error { return refusal{fmt.Errorf("refused: %w", no)} })
		failedToo := queue(s, ctx, func(tx *tx) error { return errors.Join(note("failed too")(tx), fmt.Errorf("also %w", broken)) })
		last := queue(s, ctx, note("last"))
		before := commits(t, s)
		release()

		for what, c := range map[string]struct {
			got  error
			want string
		}{
			"first": {*first, ""}, "second": {*second, ""}, "last": {*last, ""},
			"failed": {*failed, "broken"}, "failed too": {*failedToo, "also broken"}, "refused": {*refused, "refused: no"},
		} {
			if got := fmt.Sprint(c.got); c.got != nil && !strings.HasSuffix(got, c.want) || (c.got == nil) != (c.want == "") {
				t.Errorf("%s: error %v; want %q", what, c.got, c.want)
			}
			if there := noted(t, s, what); there != (c.want == "") {
				t.Errorf("%s is there: %t", what, there)
			}
		}
		if !errors.Is(*failed, broken) || !errors.Is(*refused, no) {
			t.Errorf("errors %v and %v are others", *failed, *refused)
		}
		if n := commits(t, s) - before; n != 2 {
			t.Errorf("%d commits; want that which was held and one more", n)
		}
		sound(t, s, 0)
	})
}

// An act that is run again because another of its group failed must give the
// answer of its last run.
func TestAnAnswerIsThatOfTheLastRun(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Store) {
		release := hold(s)
		var receipts [3]store.Receipt
		var errs [3]error
		for n := range receipts {
			go func() { receipts[n], errs[n] = s.File(t.Context(), filing(article(n))) }()
			synctest.Wait()
			if n == 0 { // its first run takes a sequence that is then undone
				queue(s, t.Context(), func(tx *tx) error {
					_, err := tx.file(filing(article(9)))
					return errors.Join(err, errors.New("broken"))
				})
			}
		}
		release()
		for n, receipt := range receipts {
			if errs[n] != nil || receipt.Sequence != uint64(n+1) || receipt.Outcome != store.Filed {
				t.Errorf("article %d: %s at %d, error %v", n, receipt.Outcome, receipt.Sequence, errs[n])
			}
		}
		sound(t, s, 3)
	})
}

func TestAnEndedContextIsNotWaitedFor(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Store) {
		release := hold(s)
		ctx, cancel := context.WithCancel(t.Context())
		waiting := queue(s, ctx, note("waiting"))
		cancel()
		synctest.Wait()
		if !errors.Is(*waiting, context.Canceled) {
			t.Errorf("error %v while the store was busy", *waiting)
		}
		release()
		if noted(t, s, "waiting") {
			t.Error("it was done all the same")
		}
	})
}

func TestAWriteWhoseContextEndsInItsGroupIsNotDone(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Store) {
		release := hold(s)
		free := make(chan struct{})
		first := queue(s, t.Context(), func(tx *tx) error { <-free; return note("first")(tx) })
		ctx, cancel := context.WithCancel(t.Context())
		second := queue(s, ctx, note("second"))
		third := queue(s, t.Context(), note("third"))
		release() // now the group of the three begins, and its first is held
		cancel()
		synctest.Wait()
		if !errors.Is(*second, context.Canceled) {
			t.Errorf("error %v while its group was held", *second)
		}
		close(free)
		synctest.Wait()
		if *first != nil || *third != nil || !noted(t, s, "first") || noted(t, s, "second") || !noted(t, s, "third") {
			t.Errorf("first %v, third %v; the second is there: %t", *first, *third, noted(t, s, "second"))
		}
	})
}

// endsInAct is a context that ends when the commit loop has looked at it, as
// its act begins.
type endsInAct struct {
	context.Context
	end context.CancelFunc
}

func (c endsInAct) Err() error {
	err := c.Context.Err()
	c.end()
	return err
}

// The caller goes away while its act is under way. What the act then assigns
// is nobody's; the race detector watches.
func TestACallerMayLeaveWhileItsActIsDone(t *testing.T) {
	s := newStore(t)
	fileMany(t, s, 0, 20)
	for n := range 20 {
		ctx, cancel := context.WithCancel(t.Context())
		c := store.StatusChange{ID: article(n).ID, Status: store.Held, Now: now}
		if a, err := s.SetStatus(endsInAct{ctx, cancel}, c); err != nil && (a.ID != "" || !errors.Is(err, context.Canceled)) {
			t.Errorf("set status: %+v with the error %v", a, err)
		}
		ctx, cancel = context.WithCancel(t.Context())
		if r, err := s.File(endsInAct{ctx, cancel}, filing(article(100+n))); err != nil && r.Outcome != "" {
			t.Errorf("file: %+v with the error %v", r, err)
		}
	}
	for _, fault := range faults(t, s) {
		t.Error(fault)
	}
}

func TestCloseAnswersEveryWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := aStore(t, 0)
		s := openStore(t, path, Options{})
		release := hold(s)
		const writers = 50
		var all sync.WaitGroup
		var mu sync.Mutex
		acknowledged := 0
		write := func(n int) {
			switch _, err := s.File(t.Context(), filing(article(n))); {
			case err == nil:
				mu.Lock()
				defer mu.Unlock()
				acknowledged++
			case !errors.Is(err, errClosed):
				t.Errorf("error %v", err)
			}
		}
		for n := range writers {
			all.Go(func() { write(n) })
		}
		synctest.Wait()
		all.Go(func() { s.Close() })
		for n := range writers {
			all.Go(func() { write(writers + n) })
		}
		release()
		all.Wait()
		sound(t, openStore(t, path, Options{ReadOnly: true}), acknowledged)
	})
}

// A disk that is full fails the commit, not the store.
func TestAFailedCommitIsAnsweredAndForgotten(t *testing.T) {
	s := newStore(t)
	fileMany(t, s, 0, 3)
	s.db.MaxSize = 1
	for n := range 400 { // until the pages that are free are used up
		_, err := s.File(t.Context(), filing(article(3+n)))
		if err == nil {
			continue
		}
		if sequence, _ := s.Sequence(t.Context()); sequence != uint64(3+n) {
			t.Errorf("sequence %d after a failed commit; want %d", sequence, 3+n)
		}
		sound(t, s, 3+n)
		s.db.MaxSize = 0
		fileMany(t, s, 3+n, 10+n)
		sound(t, s, 10+n)
		return
	}
	t.Error("no commit failed")
}
