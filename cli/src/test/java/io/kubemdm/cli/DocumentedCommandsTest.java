package io.kubemdm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What documentation and samples have people type is understood: commands, options and how many words they take. */
class DocumentedCommandsTest {

    private static final Pattern BLOCK = Pattern.compile("```(?:sh|bash)?\n(.*?)```", Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    /** Where the shell takes over, or a comment begins. */
    private static final Pattern END = Pattern.compile("\\s(?:#|[|>&;]).*$");

    @Test
    void everyCommandInDocsAndSamplesParses() throws IOException {
        List<String> tried = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (Path page : pages()) {
            BLOCK.matcher(Files.readString(page))
                    .results()
                    .flatMap(block -> block.group(1).lines())
                    .map(String::strip)
                    .filter(line -> line.startsWith("kubemdm ") && !line.contains("…"))
                    .forEach(line -> {
                        tried.add(line);
                        try {
                            Kubemdm.commandLine().parseArgs(words(line));
                        } catch (CommandLine.ParameterException e) {
                            wrong.add(page + ": " + line + ": " + e.getMessage());
                        }
                    });
        }

        assertThat(wrong).isEmpty();
        assertThat(tried).hasSizeGreaterThan(20);
    }

    private static String[] words(String line) {
        return WORD.matcher(END.matcher(line).replaceFirst(""))
                .results()
                .skip(1)
                .map(MatchResult::group)
                .map(word -> word.replaceAll("^['\"]|['\"]$", ""))
                .toArray(String[]::new);
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (String folder : List.of("docs", "samples")) {
            try (Stream<Path> all = Files.walk(Path.of("..", folder))) {
                all.filter(page -> page.toString().endsWith(".md")).forEach(pages::add);
            }
        }
        pages.add(Path.of("..", "README.md"));
        return pages;
    }
}
