package io.kubemdm.rules;

import dev.cel.common.CelErrorCode;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelUnknownSet;
import dev.cel.runtime.UnknownContext;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * A bundle's own rule: CEL over facts. A fact that is not there makes it Unknown only where the result depends on it.
 *
 * @param facts by the id of the expression that names it
 * @param broken what is said of a device that breaks it
 */
record CelRule(RuleTerms terms, long cost, CelRuntime.Program program, Map<Long, String> facts, String broken)
        implements Judgement {

    @Override
    public RuleOutcome judge(FactValues values) {
        String rule = terms.rule();
        Object result;
        try {
            result = program.advanceEvaluation(UnknownContext.create(values::find, List.of()));
        } catch (CelEvaluationException e) {
            return new RuleOutcome(rule, Verdict.Error, reason(e));
        }
        if (result instanceof CelUnknownSet unknown) {
            TreeSet<String> names = new TreeSet<>();
            unknown.unknownExprIds().stream()
                    .map(facts::get)
                    .filter(Objects::nonNull)
                    .forEach(names::add);
            return values.missing(rule, names);
        }
        return Boolean.TRUE.equals(result)
                ? new RuleOutcome(rule, Verdict.Kept, null)
                : new RuleOutcome(rule, Verdict.Broken, broken);
    }

    private static String reason(CelEvaluationException e) {
        String said = String.valueOf(e.getMessage()).replaceFirst("^evaluation error[^:]*:[0-9]+: ", "");
        if (e.getErrorCode() == CelErrorCode.ATTRIBUTE_NOT_FOUND) {
            return "no entry '" + said + "': ask with 'in' first whether there is one";
        }
        return e.getErrorCode() == CelErrorCode.ITERATION_BUDGET_EXCEEDED
                ? "more than " + RuleCost.MAX_ITERATIONS + " iterations: ask for single entries"
                : said;
    }
}
