package io.kubemdm.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

class TableTest {

    @Test
    void columnsLineUp() {
        assertThat(printed(new Table("A", "B").row("one", "x").row("three", "y"), Ansi.OFF)
                        .lines())
                .containsExactly("A      B", "one    x", "three  y");
    }

    @Test
    void aLongCellIsCutSoThatNoLineIsOverHundredCharacters() {
        String text = printed(new Table("NAME", "TEXT").row("n".repeat(20), "t".repeat(300)), Ansi.OFF);
        assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(Table.WIDTH));
        assertThat(text).contains("n".repeat(20)).contains("…");
    }

    @Test
    void colourNeitherShiftsColumnsNorLeaksIntoAPipe() {
        Table table = new Table("A", "B").row("@|red no|@", "x").row("three", "y");
        assertThat(printed(table, Ansi.OFF)).doesNotContain("\u001b[").contains("no     x");
        assertThat(printed(table, Ansi.ON)).contains("\u001b[31mno\u001b[39m\u001b[0m     x");
    }

    private static String printed(Table table, Ansi ansi) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text, true);
        table.print(out, ansi);
        return text.toString();
    }
}
