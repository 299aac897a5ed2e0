package io.kubemdm.agent.program;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The kernel's packet filter by {@code nft} (nft(8)): one table is loaded, listed and deleted as a whole. */
public final class Nft {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final List<String> command;

    /** What the packet filter did not do; the message is its own. */
    public static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failed(String message) {
            super(message);
        }
    }

    /** @param command path of the program, before it what it is to be run by */
    public Nft(List<String> command) {
        this.command = List.copyOf(command);
    }

    /** Why it cannot be used, null when it can: it is asked for the names of the tables, which is root's right. */
    public @Nullable String obstacle() {
        Subprocess.Ended ended = run("", "list", "tables");
        return ended.isGood() ? null : "nft: " + ended.error();
    }

    /**
     * Replaces the table by what {@code text} defines, all or nothing.
     *
     * @param table family and name
     * @param text one {@code table} block, empty for no table
     * @throws Failed when nft does not accept it; then the former table stands
     */
    public void replace(String table, String text) {
        // Declared before it is deleted, because deleting a table that is not there is an error.
        String all = "table " + table + "\ndelete table " + table + "\n" + text;
        require(run(all, "--check", "--file", "-"));
        require(run(all, "--file", "-"));
    }

    /** The table as nft writes it, null when there is none. */
    public @Nullable String list(String table) {
        Subprocess.Ended ended = run("", words("list table " + table));
        return ended.isGood() ? ended.output() : null;
    }

    private Subprocess.Ended run(String input, String... arguments) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(arguments));
        return Subprocess.run(LIMIT, all, input);
    }

    private static String[] words(String text) {
        return text.split(" ", -1);
    }

    private static void require(Subprocess.Ended ended) {
        if (!ended.isGood()) {
            throw new Failed("nft: " + ended.error());
        }
    }
}
