package io.kubemdm.operator.flag;

/**
 * What a flag says of a device.
 *
 * @param message why it is not known and what to do, empty for {@code ON} and {@code OFF}
 * @param forAll whether every device gets this answer: the flag has no rule that looks at the device
 */
public record FlagAnswer(Word word, String message, boolean forAll) {

    /** The answer itself. */
    public enum Word {
        ON,
        OFF,
        /** Not clearly the one or the other: the flag is missing or broken, or nobody answers. */
        UNREACHABLE
    }

    static FlagAnswer of(boolean on, boolean forAll) {
        return new FlagAnswer(on ? Word.ON : Word.OFF, "", forAll);
    }

    static FlagAnswer unreachable(String message) {
        return new FlagAnswer(Word.UNREACHABLE, message, false);
    }

    /** Whether it says nothing. */
    public boolean isUnreachable() {
        return word == Word.UNREACHABLE;
    }
}
