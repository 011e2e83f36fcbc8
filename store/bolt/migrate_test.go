package bolt

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	bbolt "go.etcd.io/bbolt"
)

// migrateAt runs the steps on the closed store at path.
func migrateAt(t *testing.T, path string, steps ...func(*bbolt.Tx) error) error {
	t.Helper()
	db, _, err := openDB(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	return migrate(db, path, steps)
}

// mark is a step that leaves a bucket of that name.
func mark(name string) func(*bbolt.Tx) error {
	return func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte(name)); return err }
}

// marks are the buckets of a closed store that mark may have left, and its
// schema.
func marks(t *testing.T, path string) (found []string, schema int) {
	t.Helper()
	db, _, err := openDB(path, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.View(func(tx *bbolt.Tx) error {
		schema = schemaOf(tx)
		return tx.ForEach(func(name []byte, _ *bbolt.Bucket) error {
			if strings.HasPrefix(string(name), "step ") {
				found = append(found, string(name))
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return found, schema
}

func TestMigrateCopiesTheStoreBeforeItsFirstStep(t *testing.T) {
	path := aStore(t, 50)
	ran := false
	err := migrateAt(t, path, func(tx *bbolt.Tx) error {
		ran = true
		copied := openStore(t, path+".schema-1", Options{ReadOnly: true})
		sound(t, copied, 50)
		copied.Close()
		return mark("step 1")(tx)
	})
	if err != nil || !ran {
		t.Fatalf("error %v; the step ran: %t", err, ran)
	}
	if found, schema := marks(t, path); !slices.Equal(found, []string{"step 1"}) || schema != 2 {
		t.Errorf("schema %d with %q", schema, found)
	}
	refused(t, path, Options{}, "a newer dateline wrote it")
	copied := openStore(t, path+".schema-1", Options{})
	fileMany(t, copied, 50, 51) // it is a store like any other
	sound(t, copied, 51)
	if got := names(t, filepath.Dir(path)); len(got) != 2 {
		t.Errorf("in the folder: %s", got)
	}
}

func TestMigrateTakesEveryStepFromWhereTheStoreIs(t *testing.T) {
	path := aStore(t, 5)
	first, second, third := mark("step 1"), mark("step 2"), mark("step 3")
	if err := migrateAt(t, path, first); err != nil {
		t.Fatal(err)
	}
	if err := migrateAt(t, path, first, second, third); err != nil {
		t.Fatal(err)
	}
	if found, schema := marks(t, path); !slices.Equal(found, []string{"step 1", "step 2", "step 3"}) || schema != 4 {
		t.Errorf("schema %d with %q", schema, found)
	}
	if found, schema := marks(t, path+".schema-2"); !slices.Equal(found, []string{"step 1"}) || schema != 2 {
		t.Errorf("the copy has schema %d with %q", schema, found)
	}
}

func TestMigrateChangesNothingWhenAStepFails(t *testing.T) {
	path := aStore(t, 50)
	before := hash(t, path)
	broken := errors.New("the second step is broken")
	err := migrateAt(t, path, mark("step 1"), func(*bbolt.Tx) error { return broken })
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "from schema 2 to 3") || !strings.Contains(err.Error(), path+".schema-1") {
		t.Errorf("error %v", err)
	}
	if hash(t, path) != before {
		t.Error("the file was changed")
	}
	s := openStore(t, path, Options{})
	sound(t, s, 50)
	s.Close()
	if err := migrateAt(t, path, mark("step 1")); err != nil { // the copy that is there is in nobody's way
		t.Error(err)
	}
}

func TestMigrateTakesNoStepWithoutItsCopy(t *testing.T) {
	path := aStore(t, 5)
	before := hash(t, path)
	if err := os.MkdirAll(filepath.Join(path+".schema-1", "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	err := migrateAt(t, path, func(*bbolt.Tx) error { t.Error("the step ran"); return nil })
	if err == nil || !strings.Contains(err.Error(), path+".schema-1") {
		t.Errorf("error %v", err)
	}
	if hash(t, path) != before {
		t.Error("the file was changed")
	}
	if got := names(t, filepath.Dir(path)); len(got) != 2 {
		t.Errorf("in the folder: %s", got)
	}
}

func TestMigrateLeavesAStoreOfThisSchemaAlone(t *testing.T) {
	path := aStore(t, 5)
	before := hash(t, path)
	if err := migrateAt(t, path); err != nil {
		t.Fatal(err)
	}
	if hash(t, path) != before {
		t.Error("the file was changed")
	}
	if got := names(t, filepath.Dir(path)); len(got) != 1 {
		t.Errorf("in the folder: %s", got)
	}
}

func TestReadOnlyDoesNotMigrate(t *testing.T) {
	if err := schemaError(schemaVersion - 1); schemaVersion > 1 && !strings.Contains(err.Error(), "older schema") {
		t.Errorf("error %v", err)
	}
	path := aStore(t, 5)
	rewrite(t, path, func(tx *bbolt.Tx) error { return putSchema(tx, 0) })
	refused(t, path, Options{ReadOnly: true})
}
