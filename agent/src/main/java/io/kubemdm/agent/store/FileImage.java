package io.kubemdm.agent.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a regular file is: content, permission bits, owner and group by name. Immutable. */
public final class FileImage {

    private final byte[] content;
    private final int mode;
    private final String owner;
    private final String group;

    /**
     * An image.
     *
     * @param mode permission bits, 0 to 0777
     * @param owner empty means the agent's own user
     * @param group empty means the agent's own group
     */
    public FileImage(byte[] content, int mode, String owner, String group) {
        this.content = content.clone();
        this.mode = mode;
        this.owner = owner;
        this.group = group;
    }

    /** A text file of the agent's own user. */
    public static FileImage text(String content, int mode) {
        return new FileImage(content.getBytes(StandardCharsets.UTF_8), mode, "", "");
    }

    public byte[] content() {
        return content.clone();
    }

    /** The content as UTF-8. */
    public String text() {
        return new String(content, StandardCharsets.UTF_8);
    }

    public int mode() {
        return mode;
    }

    public String owner() {
        return owner;
    }

    public String group() {
        return group;
    }

    /** Whether {@code found} is what this image asks for. */
    public boolean isHeldBy(@Nullable FileImage found, String self) {
        return found != null
                && Arrays.equals(content, found.content)
                && mode == found.mode
                && found.owner.equals(owner.isEmpty() ? self : owner);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FileImage that
                && Arrays.equals(content, that.content)
                && mode == that.mode
                && owner.equals(that.owner)
                && group.equals(that.group);
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(content), mode, owner, group);
    }

    @Override
    public String toString() {
        return content.length + " bytes, mode " + Integer.toOctalString(mode) + ", owner " + owner;
    }
}
