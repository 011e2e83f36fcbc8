// Package storetest is the guarantees of package store as a test suite. An
// engine signs the contract with a test that calls Run.
package storetest

import (
	"context"
	"io"
	"testing"
	"time"

	"dateline/store"
)

// Store is what an engine must be able to do.
type Store interface {
	File(context.Context, store.Filing) (store.Receipt, error)
	SetStatus(context.Context, store.StatusChange) (store.Article, error)
	Advance(ctx context.Context, now time.Time) (next time.Time, err error)
	Article(context.Context, store.ID) (store.Article, error)
	Tombstone(context.Context, store.ID) (store.Tombstone, error)
	Articles(context.Context, store.Query) (store.Page, error)
	Window(context.Context, store.Window) (store.Page, error)
	Archive(context.Context, store.Archive) (store.Page, error)
	Tombstones(ctx context.Context, listing string, since time.Time) ([]store.Tombstone, error)
	Declare(ctx context.Context, list []store.Combination, now time.Time) error
	Refile(ctx context.Context, from, to string, now time.Time) (int, error)
	Sources(context.Context) ([]string, error)
	Settings(ctx context.Context, name string, now time.Time) (since time.Time, err error)
	Adopt(context.Context, []store.Source) error
	Source(ctx context.Context, name string) (store.Source, error)
	Schedule(context.Context) ([]store.Source, error)
	Claim(ctx context.Context, now, until time.Time, limit int) (list []store.Source, next time.Time, err error)
	ClaimNamed(ctx context.Context, name string, now, until time.Time) (store.Source, error)
	Settle(context.Context, []store.Source) error
	Unfiled(context.Context, store.Harvest) ([]int, error)
	Harvest(context.Context, store.Harvest) (store.Yield, error)
	Relate(context.Context, store.Relating) error
	Related(context.Context) (through uint64, err error)
	Near(ctx context.Context, ids []store.ID, limit int) (map[store.ID][]store.Article, error)
	Beside(context.Context, store.ID) ([]store.ID, error)
	LeadingTo(ctx context.Context, id store.ID, limit int) ([]store.Article, error)
	Expunge(context.Context, store.Retention, store.Sweep) (store.Sweep, error)
	Expungeable(ctx context.Context, r store.Retention, now time.Time) (int, error)
	Sequence(context.Context) (uint64, error)
	Changes(ctx context.Context, after uint64, limit int) ([]store.Change, error)
	Log(context.Context, store.ID) ([]store.Change, error)
	Stats(context.Context) (store.Stats, error)
	Check(ctx context.Context, found func(fault string), progress func(done, all int)) error
	Dump(ctx context.Context, w io.Writer, progress func(done, all int)) error
	Close() error
}

// Engine is how the stores of an engine come to be.
type Engine struct {
	// Open makes the store that belongs to dir, or opens it again after it was
	// closed.
	Open func(t testing.TB, dir string) Store
	// Load makes the store that belongs to dir out of a dump. When it fails
	// there is none.
	Load func(ctx context.Context, dir string, dump io.Reader) error
}

// promise is one thing that every engine keeps. Its name says what.
type promise struct {
	name string
	keep func(*fixture)
}

// Run holds an engine to the guarantees. It closes the stores that it opens.
// Every test ends with the store's own Check.
func Run(t *testing.T, engine Engine) {
	for _, group := range []struct {
		name     string
		promises []promise
	}{
		{"identity", []promise{
			{"what is filed is read back whole", filedIsReadBack},
			{"every fault is told at once", everyFaultIsTold},
			{"a known GUID makes the next version", knownGUIDMakesNextVersion},
			{"the same content changes nothing", sameContentChangesNothing},
			{"an ID never names another GUID", takenIDIsRefused},
			{"an act for another version than stands is refused", expectedStands},
			{"a version that is late never takes the place of a newer one", lateIsOlder},
			{"a quiet version moves nothing that readers go by", quietMovesNothing},
			{"what is not there is not found", absentIsNotFound},
		}},
		{"dates", []promise{
			{"nothing is first published later than it was filed", publishedIsClamped},
			{"an update lies between publication and filing", updatedIsClamped},
			{"updates move forward only", updatedMovesForward},
			{"publication never changes", publishedNeverChanges},
			{"an embargo ends in publication", embargoEndsInPublication},
		}},
		{"filing", []promise{
			{"a key answers with the article of its first use", keyAnswersWithFirstUse},
			{"a key with another fingerprint is refused", keyWithOtherFingerprint},
			{"another filer's key is another key", keyOfAnotherFiler},
			{"a key outlives the process", keySurvivesReopen},
			{"a refused filing does not use up its key", refusalLeavesKeyFree},
			{"a key brings nothing killed back", keyOfKilled},
			{"a refused write leaves no trace", refusalLeavesNoTrace},
			{"of many at once exactly the valid are kept", manyAtOnce},
			{"one GUID filed by many is one article", oneGUIDByMany},
			{"one key used by many files once", oneKeyByMany},
		}},
		{"listings", []promise{
			{"the newest comes first", newestFirst},
			{"in one instant the greater ID comes first", greaterIDFirst},
			{"all articles of whatever status are listed too", allOfWhateverStatus},
			{"a page is full until the last", pagesAreFull},
			{"a walk meets each article once while others come and go", walkMeetsEachOnce},
			{"a walk meets each article once beside concurrent writers", walkBesideWriters},
			{"a cursor outlives the article it stands behind", cursorOutlivesArticle},
			{"a cursor of something else is refused", foreignCursor},
			{"a move changes both listings and no other", moveChangesBoth},
			{"every category of an article lists it once", everyCategoryListsIt},
			{"any slug is a category", anySlugIsACategory},
			{"removals change a listing too", removalsChangeListing},
		}},
		{"windows", []promise{
			{"a window holds the newest", windowHoldsNewest},
			{"a window keeps what was changed lately, however old", windowKeepsChanged},
			{"window and archives hold each article once", archivesHoldTheRest},
			{"an archive changes only with its articles", archivesStay},
			{"what comes late is in the window", lateIsInTheWindow},
			{"a place is kept through withdrawal and return", placeIsKept},
			{"what never was public has no place", embargoedHasNoPlace},
		}},
		{"sources", []promise{
			{"a source has a listing from its first article on", sourceHasListing},
			{"an article of two sources is in both", sourcesShareArticle},
			{"a source has archives too", sourceHasArchives},
		}},
		{"schedule", []promise{
			{"sources are those that were adopted last", adoptedSources},
			{"a source that is adopted again is known by its articles", adoptedAgain},
			{"what is due is claimed once, the first due first", dueIsClaimedOnce},
			{"a claim ends with its time", claimEnds},
			{"one is claimed by name before it is due, unless somebody has it", namedIsClaimed},
			{"a known source follows its outline", outlineIsFollowed},
			{"what is settled is due when it says", settledIsDue},
			{"what was forgotten meanwhile is not brought back", settledAfterForgotten},
			{"many who claim get each source once", manyClaim},
			{"the schedule outlives the process", scheduleSurvivesReopen},
		}},
		{"harvest", []promise{
			{"what is new is filed with its origin", newIsFiled},
			{"what is known and says the same changes nothing", sameIsUnchanged},
			{"what is known and says something else is the next version", otherIsRevised},
			{"what was moved at its source is the same article", movedIsTheSame},
			{"one link from two sources is one article", linkJoinsSources},
			{"one ID from two sources is two articles", idJoinsNothing},
			{"an article of our own that comes back is refused", ownIsRefused},
			{"what says something else all the time is heard now and then", churnIsRefused},
			{"what is older than what is known is refused", olderIsRefused},
			{"what an editor revised is not undone by its source", editedIsRefused},
			{"what was killed never comes back", killedStaysKilled},
			{"what its source took back is killed", takenBackIsKilled},
			{"too much at once waits", floodWaits},
			{"entries that were given other IDs wait for the operator", renamedWaits},
			{"once they are let through they are the articles that they were", renamedIsTaken},
			{"stories of one source that share a link are each their own", storiesOfOneLink},
			{"another ID alone is no change", otherIDsOfOneStory},
			{"what another site has from where we have it is the same story", comesRound},
			{"a source that has an article too does not own its links", linkOfJoinedIsNotOurs},
			{"the text is that of the site that the story is from", homeTakesOver},
			{"what is unfiled is known before it is filed", unfiledIsKnown},
			{"a harvest is all or nothing", harvestIsAtomic},
			{"what was known is known after reopening", seenSurvivesReopen},
		}},
		{"combinations", []promise{
			{"a combination holds what its rule says", combinationHolds},
			{"a walk through a combination meets each article once", combinationIsWalked},
			{"a combination changes with its own articles only", combinationChanges},
			{"a combination that is declared anew has changed", combinationIsDeclaredAnew},
			{"a combination keeps what was changed lately", combinationKeepsChanged},
			{"a withdrawal shows in the combinations", combinationShowsWithdrawal},
			{"a combination outlives the process", combinationSurvivesReopen},
		}},
		{"refiling", []promise{
			{"all of a category moves to another, of whatever status", refileMovesAll},
			{"refiling is no news", refileIsNoNews},
			{"refiling nothing changes nothing", refileNothing},
		}},
		{"neighbours", []promise{
			{"what is near is kept in its order, and leads back", nearIsKept},
			{"what is found near changes the feeds, and is no news", nearIsNoNews},
			{"who leads to what is withdrawn or renamed is told", nearFollowsItsOwnLife},
			{"what an editor named comes first, as it stands", namedComesFirst},
			{"how far was looked is kept", relatedIsKept},
		}},
		{"retention", []promise{
			{"what is old goes, when each of its categories lets it go", oldGoes},
			{"what is beyond the number goes, however much", manyGo},
			{"a source with a rule of its own has its say", sourceLetsGo},
			{"what is gone stays gone while its source carries it", goneStaysGone},
			{"what went is remembered while its source is silent", silentKeepsGone},
			{"an archive that lost something keeps its number", archivesLose},
			{"the log names what is gone for a while", logIsTrimmed},
			{"an article's own log is bounded", ownLogIsBounded},
			{"old keys go", keysAreTrimmed},
			{"what went is told", goneIsTold},
			{"what went is known again", goneIsKnownAgain},
		}},
		{"log", []promise{
			{"an article has its log, across all that was done to it", articleHasItsLog},
			{"every change has its line", everyChangeHasItsLine},
			{"sequences have no gaps", sequencesHaveNoGaps},
			{"times increase when the clock stands or goes back", timesIncrease},
			{"a follower gets all in pieces of its choosing", followInPieces},
			{"a follower is woken by the next change", followerIsWoken},
			{"a follower waits no longer than its context", followerIsLetGo},
			{"every follower gets every line", manyFollowers},
		}},
		{"status", []promise{
			{"only the transitions of the rules are allowed", onlyAllowedTransitions},
			{"an article is named by its GUID too", statusByGUID},
			{"what is killed loses its text", killedLosesText},
			{"what is killed is never filed again", killedIsNeverFiledAgain},
			{"what is killed is known again, whatever it is called", killedIsKnownAgain},
			{"what is withheld is known again", withheldIsKnownAgain},
			{"a copy of what is killed lives on", copyOfKilledLives},
			{"a kill may come ahead of its article", killedAhead},
			{"what is held stays held when it is revised", heldStaysHeld},
			{"what is released stands where it stood", releasedStandsWhereItStood},
		}},
		{"tombstones", []promise{
			{"a withdrawal leaves its record", withdrawalLeavesRecord},
			{"the record of a hold goes with the hold", recordOfHoldGoes},
			{"they run from the newest to the moment asked for", tombstonesSince},
			{"they stand where the article is filed", tombstonesByCategory},
			{"they stand where the article was", tombstonesWhereItWas},
			{"what was withdrawn under embargo is not shown", embargoedLeavesNoTombstone},
			{"what was public before its embargo is shown", publicBeforeEmbargoIsShown},
		}},
		{"due", []promise{
			{"readers learn nothing of an embargo", embargoIsInvisible},
			{"an embargo ends when time advances", embargoEndsWithAdvance},
			{"the embargo of what is held ends with its release", embargoOfHeld},
			{"an article expires when time advances", expiryComesWithAdvance},
			{"what expired is alive when it is filed again", expiredIsRevived},
			{"what falls due twice has two lines", dueTwice},
			{"however much is due, all is done once", muchIsDue},
		}},
		{"durability", []promise{
			{"a reopened store is the same", reopenedIsTheSame},
			{"a reopened store goes on where it stopped", reopenedGoesOn},
			{"settings are dated from when they became these", settingsAreDated},
			{"a dump makes the same store, to the byte", dumpMakesTheSame},
			{"a dump that is cut short or altered makes none", brokenDumpMakesNone},
			{"a dump has nothing of what was killed", dumpHasNothingKilled},
		}},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, p := range group.promises {
				t.Run(p.name, func(t *testing.T) {
					t.Parallel()
					p.keep(newFixture(t, t, t.TempDir(), engine))
				})
			}
		})
	}
	t.Run("model", func(t *testing.T) {
		t.Parallel()
		behavesLikeModel(t, engine)
	})
}
