package io.kubemdm.testbed.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.testbed.history.Judgement.Fault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class JudgeTest {

    private static final String C = "uid-1";
    private static final Line ASKED = new Line.Created(C, "w", "d", WipeType.SelectiveWipe, 0);
    private static final Line ASKED_OF_TWO = new Line.Created(C, "w", "d", WipeType.FullWipe, 2);
    private static final Line DONE = new Line.Finished(C, "EraseData", 7);
    private static final Line PROOF = new Line.HandedIn(C, "sha256:r", true);
    private static final Line OTHER_PROOF = new Line.HandedIn(C, "sha256:other", true);
    private static final Line FAILURE = new Line.HandedIn(C, "sha256:r", false);
    private static final Line COMPLETED = new Line.Seen(C, WipePhase.Completed, "sha256:r");

    private static Line began(long process) {
        return new Line.Began(C, "EraseData", process);
    }

    private static Line seen(WipePhase phase) {
        return new Line.Seen(C, phase, null);
    }

    static Stream<Arguments> histories() {
        return Stream.of(
                good("carried out once", ASKED, began(7), DONE, PROOF, seen(WipePhase.Queued), COMPLETED),
                good("nothing was asked"),
                good("a receipt is handed in again", ASKED, began(7), DONE, PROOF, PROOF, COMPLETED, COMPLETED),
                good("a kill in its midst", ASKED, began(6), killed(6), began(7), DONE, PROOF, COMPLETED),
                good("two acts", ASKED, began(7), DONE, new Line.Began(C, "Unlock", 7), PROOF, COMPLETED),
                good("not approved", ASKED_OF_TWO, approved("a"), approved("a"), seen(WipePhase.PendingApproval)),
                good("held", ASKED, seen(WipePhase.Held)),
                good("its device is gone", ASKED, seen(WipePhase.Queued), new Line.Died("d")),
                good("it failed honestly", ASKED, began(7), FAILURE, seen(WipePhase.Failed)),
                good("expired", ASKED, seen(WipePhase.Queued), seen(WipePhase.Expired)),
                good("cancelled", ASKED, seen(WipePhase.Held), seen(WipePhase.Cancelled)),
                good(
                        "cancelled, obeyed before it heard, and told",
                        ASKED,
                        began(7),
                        PROOF,
                        seen(WipePhase.Cancelled),
                        new Line.Seen(C, WipePhase.Cancelled, "sha256:r")),
                bad("never seen again", Fault.Lost, ASKED),
                bad("queued for ever", Fault.Lost, ASKED, seen(WipePhase.Queued)),
                bad("done, and never said", Fault.Lost, ASKED, began(7), DONE, PROOF, seen(WipePhase.Acknowledged)),
                bad(
                        "approved and forgotten",
                        Fault.Lost,
                        ASKED_OF_TWO,
                        approved("a"),
                        approved("b"),
                        seen(WipePhase.PendingApproval)),
                bad("another device is gone", Fault.Lost, ASKED, seen(WipePhase.Queued), new Line.Died("e")),
                bad("two receipts", Fault.Twice, ASKED, began(7), DONE, PROOF, OTHER_PROOF, COMPLETED),
                bad("after its receipt", Fault.Twice, ASKED, began(7), DONE, PROOF, killed(7), began(8), COMPLETED),
                bad("by one process", Fault.Twice, ASKED, began(7), began(7), DONE, PROOF, COMPLETED),
                bad("by two at a time", Fault.Twice, ASKED, began(6), began(7), DONE, PROOF, COMPLETED),
                bad("of its own", Fault.Twice, began(7), DONE),
                bad("no receipt", Fault.FalselyCompleted, ASKED, began(7), DONE, PROOF, seen(WipePhase.Completed)),
                bad("a receipt of nobody", Fault.FalselyCompleted, ASKED, began(7), DONE, OTHER_PROOF, COMPLETED),
                bad("a receipt of a failure", Fault.FalselyCompleted, ASKED, began(7), DONE, FAILURE, COMPLETED),
                bad("nothing done", Fault.FalselyCompleted, ASKED, PROOF, COMPLETED),
                bad("begun only", Fault.FalselyCompleted, ASKED, began(7), PROOF, COMPLETED),
                bad(
                        "a last word that left",
                        Fault.FalselyCompleted,
                        ASKED,
                        seen(WipePhase.Expired),
                        began(7),
                        DONE,
                        PROOF,
                        COMPLETED),
                bad(
                        "cancelled and obeyed, nobody was told",
                        Fault.FalselyCompleted,
                        ASKED,
                        began(7),
                        DONE,
                        PROOF,
                        seen(WipePhase.Cancelled)));
    }

    private static Line killed(long process) {
        return new Line.Killed("agent", process);
    }

    private static Line approved(String by) {
        return new Line.Approved(C, by);
    }

    private static Arguments good(String what, Line... lines) {
        return Arguments.of(what, List.of(lines), null);
    }

    private static Arguments bad(String what, Fault fault, Line... lines) {
        return Arguments.of(what, List.of(lines), fault);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("histories")
    void finds_exactly_what_is_wrong(String what, List<Line> lines, @Nullable Fault fault) {
        Judgement judgement = Judge.judge(ended(lines));

        for (Fault each : Fault.values()) {
            assertThat(judgement.count(each))
                    .as("%s %s", each, judgement.sentences())
                    .isEqualTo(each == fault ? 1 : 0);
        }
        assertThat(judgement.isClean()).isEqualTo(fault == null);
    }

    @Test
    void counts_what_went_on_after_a_kill() {
        assertThat(Judge.judge(ended(List.of(ASKED, began(6), killed(6), began(7), DONE, PROOF, COMPLETED)))
                        .resumed())
                .isEqualTo(1);
    }

    @Test
    void a_history_that_is_not_whole_is_not_judged() {
        assertThatThrownBy(() -> Judge.judge(List.of(ASKED))).hasMessageContaining("no end");
        assertThatThrownBy(() -> Judge.judge(List.of(new Line.End(), ASKED))).hasMessageContaining("after the end");
        assertThatThrownBy(() -> Judge.judge(ended(List.of(ASKED, ASKED)))).hasMessageContaining("created twice");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rubbish\n",
                "\n",
                "null\n",
                "[]\n",
                "{}\n",
                "{\"kind\":\"unknown\"}\n",
                "{\"kind\":\"created\"}\n",
                "{\"kind\":\"created\",\"command\":\"c\",\"name\":\"w\",\"device\":\"d\",\"type\":\"Lock\",\"approvals\":-1}\n",
                "{\"kind\":\"seen\",\"command\":\"c\",\"phase\":\"NoSuchPhase\"}\n",
                "{\"kind\":\"end\"}",
                "{\"kind\":\"end\"}{\"kind\":\"end\"}\n",
                "\u0000\u0001\n"
            })
    void rubbish_is_refused_by_line(String text) {
        assertThatThrownBy(() -> History.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(History.Unreadable.class)
                .hasMessageContaining("line 1");
    }

    @Test
    void a_line_without_end_is_refused() {
        assertThatThrownBy(() -> History.read(new ByteArrayInputStream(new byte[100_000])))
                .isInstanceOf(History.Unreadable.class)
                .hasMessageContaining("over the limit");
    }

    @Test
    void the_command_ends_with_what_it_found(@TempDir Path dir) throws IOException {
        Path good = write(dir.resolve("good"), ended(List.of(ASKED, began(7), DONE, PROOF, COMPLETED)));
        Path bad = write(dir.resolve("bad"), ended(List.of(ASKED)));
        Path cut = write(dir.resolve("cut"), List.of(ASKED));

        assertThat(check(good)).isZero();
        assertThat(check(bad)).isEqualTo(1);
        assertThat(check(cut)).isEqualTo(2);
        assertThat(check(dir.resolve("none"))).isEqualTo(2);
    }

    private static int check(Path file) {
        return new CommandLine(new CheckHistory()).execute(file.toString());
    }

    private static Path write(Path file, List<Line> lines) throws IOException {
        for (Line line : lines) {
            Files.write(
                    file,
                    History.toBytes(line),
                    java.nio.file.StandardOpenOption.CREATE,
                    java.nio.file.StandardOpenOption.APPEND);
        }
        return file;
    }

    private static List<Line> ended(List<Line> lines) {
        List<Line> whole = new ArrayList<>(lines);
        whole.add(new Line.End());
        return whole;
    }
}
