package io.kubemdm.rules;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.kubemdm.crds.Formats;
import io.kubemdm.crds.policybundle.RemediationAction;
import io.kubemdm.crds.policybundle.Rule;
import io.kubemdm.protocol.fact.Fact;
import io.kubemdm.protocol.fact.FactCatalogue;
import io.kubemdm.protocol.fact.FactType;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** CEL typed by the catalogue of facts. */
final class CelCompilation {

    /** The longest expression, in characters. */
    static final int MAX_CHARACTERS = 2048;

    private static final CelOptions OPTIONS = CelOptions.current()
            .enableUnknownTracking(true)
            .comprehensionMaxIterations(RuleCost.MAX_ITERATIONS)
            .maxExpressionCodePointSize(MAX_CHARACTERS)
            .maxParseRecursionDepth(64)
            .maxRegexProgramSize(1000)
            .build();

    private static final CelCompiler COMPILER = compiler();
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.standardCelRuntimeBuilder().setOptions(OPTIONS).build();

    private CelCompilation() {}

    private static CelCompiler compiler() {
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .setResultType(SimpleType.BOOL);
        for (Fact fact : FactCatalogue.facts()) {
            builder.addVar(fact.name(), type(fact.type()));
        }
        return builder.build();
    }

    private static CelType type(FactType type) {
        return switch (type) {
            case BOOL -> SimpleType.BOOL;
            case INT -> SimpleType.INT;
            case STRING -> SimpleType.STRING;
            case STRINGS -> ListType.create(SimpleType.STRING);
            case STRING_MAP -> MapType.create(SimpleType.STRING, SimpleType.STRING);
        };
    }

    /** Compiles a rule; null when it cannot be, and each reason is told. */
    static @Nullable CelRule compile(Rule rule, String field, Consumer<RuleError> problems) {
        String expression = rule.expression();
        if (expression.length() > MAX_CHARACTERS) {
            problems.accept(new RuleError(
                    RuleError.INVALID,
                    field,
                    0,
                    0,
                    "has " + expression.length() + " characters, the limit is " + MAX_CHARACTERS
                            + ": split it into several rules"));
            return null;
        }
        CelValidationResult result = COMPILER.compile(expression);
        if (result.hasError()) {
            for (CelIssue issue : result.getErrors()) {
                problems.accept(CelIssues.explain(field, expression, issue));
            }
            return null;
        }
        try {
            CelAbstractSyntaxTree ast = result.getAst();
            return new CelRule(terms(rule), RuleCost.of(ast), RUNTIME.createProgram(ast), facts(ast), broken(rule));
        } catch (CelValidationException | CelEvaluationException e) {
            problems.accept(new RuleError(RuleError.INVALID, field, 0, 0, String.valueOf(e.getMessage())));
            return null;
        }
    }

    private static Map<Long, String> facts(CelAbstractSyntaxTree ast) {
        Map<Long, String> facts = new HashMap<>();
        ast.getReferenceMap().forEach((id, reference) -> {
            if (FactCatalogue.find(reference.name()) != null) {
                facts.put(id, reference.name());
            }
        });
        return Map.copyOf(facts);
    }

    private static RuleTerms terms(Rule rule) {
        Rule.Remediation remediation = rule.remediation();
        return new RuleTerms(
                rule.name(),
                rule.severity(),
                Formats.duration(rule.gracePeriod()),
                remediation == null ? RemediationAction.None : remediation.action(),
                remediation == null ? null : remediation.script());
    }

    private static String broken(Rule rule) {
        return rule.description() != null ? rule.description() : "not true: " + rule.expression();
    }
}
