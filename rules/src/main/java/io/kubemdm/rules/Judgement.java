package io.kubemdm.rules;

/** One rule, ready to be judged. Immutable. */
interface Judgement {

    /** What applies when it is not kept. */
    RuleTerms terms();

    /** At most how many {@linkplain RuleCost units} one evaluation takes. */
    long cost();

    /** Judges it on one device. */
    RuleOutcome judge(FactValues facts);
}
