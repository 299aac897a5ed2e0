package io.kubemdm.operator.prometheus;

/** What a query yields. */
public sealed interface Answer {

    /** One finite number. */
    record Value(double value) implements Answer {}

    /**
     * None, whatever the reason.
     *
     * @param why a sentence for people with what was answered and the remedy, fit for a status
     */
    record None(String why) implements Answer {}
}
