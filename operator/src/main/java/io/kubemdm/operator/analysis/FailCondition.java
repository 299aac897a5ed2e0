package io.kubemdm.operator.analysis;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.kubemdm.operator.analysis.AnalysisRecordDecision.Figures;
import io.kubemdm.operator.analysis.Statistics.Side;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An analysis' {@code failWhen}, compiled: CEL over {@code candidate} and, where there is one, {@code control}. Each is
 * the arm's mean, and has {@code .n .mean .median .p90 .p95 .min .max .stddev}; of a query there is its {@code
 * candidate.value}, and {@code candidate} is the same. Safe for several threads.
 */
final class FailCondition {

    private static final int MAX_CHARACTERS = 1024;
    private static final int MAX_MESSAGE = 160;
    private static final String DOUBLES = ", and numbers are doubles, such as 1.2 or 2.0";
    private static final String FIGURES =
            "; there are candidate and control with .n .mean .median .p90 .p95 .min .max .stddev" + DOUBLES;
    private static final Figures NOBODY = new Figures(0, 0, 0, 0, 0, 0, 0, 0);
    private static final Figures LOW = all(1);
    private static final Figures HIGH = all(1e9);
    private static final CelOptions OPTIONS = CelOptions.current()
            .enableHeterogeneousNumericComparisons(true)
            .comprehensionMaxIterations(1000)
            .maxExpressionCodePointSize(MAX_CHARACTERS)
            .maxParseRecursionDepth(64)
            .maxRegexProgramSize(1000)
            .build();
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.standardCelRuntimeBuilder().setOptions(OPTIONS).build();
    private static final CelCompiler ALONE =
            compiler(values("candidate", NOBODY).keySet());
    private static final CelCompiler AGAINST_CONTROL = compiler(
            values("candidate", NOBODY).keySet(), values("control", NOBODY).keySet());
    private static final CelCompiler OF_VALUE = compiler(value(0).keySet());

    private static final int MAX_KNOWN = 1_000;
    private static final Map<String, FailCondition> KNOWN = new ConcurrentHashMap<>();

    private final CelRuntime.Program program;
    private final Side side;

    private FailCondition(CelRuntime.Program program, boolean withControl) {
        this.program = program;
        this.side = withControl ? sideOf() : Side.EITHER;
    }

    private static Figures all(double value) {
        return new Figures(100, value, value, value, value, value, value, value);
    }

    /** An expression that cannot be compiled or evaluated, in words for its author. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message);
        }
    }

    @SafeVarargs
    private static CelCompiler compiler(Set<String>... names) {
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .setResultType(SimpleType.BOOL);
        for (Set<String> arm : names) {
            arm.forEach(name -> builder.addVar(name, SimpleType.DOUBLE));
        }
        return builder.build();
    }

    /**
     * Compiles a condition, or takes it from those that were compiled before.
     *
     * @param withControl whether {@code control} may be named
     */
    static FailCondition compile(String expression, boolean withControl) throws Unusable {
        return withControl
                ? known("control:", expression, AGAINST_CONTROL, FIGURES)
                : known("alone:", expression, ALONE, " (control is there with compare: VersusControl only)" + FIGURES);
    }

    /** Compiles the condition of a query. */
    static FailCondition compileForValue(String expression) throws Unusable {
        return known("value:", expression, OF_VALUE, "; of a query there is candidate.value only" + DOUBLES);
    }

    private static FailCondition known(String kind, String expression, CelCompiler compiler, String remedy)
            throws Unusable {
        FailCondition known = KNOWN.get(kind + expression);
        if (known == null) {
            known = compiled(expression, compiler, remedy);
            if (KNOWN.size() >= MAX_KNOWN) {
                KNOWN.clear();
            }
            KNOWN.put(kind + expression, known);
        }
        return known;
    }

    private static FailCondition compiled(String expression, CelCompiler compiler, String remedy) throws Unusable {
        try {
            CelAbstractSyntaxTree tree = compiler.compile(expression).getAst();
            return new FailCondition(RUNTIME.createProgram(tree), compiler == AGAINST_CONTROL);
        } catch (CelValidationException | CelEvaluationException e) {
            throw new Unusable("failWhen is no condition: " + cut(e.getMessage()) + remedy);
        }
    }

    /**
     * On which side of the control group it calls candidates bad: by extreme figures, so by its text alone. What is
     * measured has no say in it.
     */
    Side side() {
        return side;
    }

    private Side sideOf() {
        try {
            boolean above = holds(HIGH, LOW);
            boolean below = holds(LOW, HIGH);
            return above == below ? Side.EITHER : above ? Side.HIGHER : Side.LOWER;
        } catch (Unusable e) {
            return Side.EITHER; // the figures measured may do better
        }
    }

    /** Whether the figures are bad. */
    boolean holds(Figures candidate, @Nullable Figures control) throws Unusable {
        Map<String, Object> input = new HashMap<>(values("candidate", candidate));
        if (control != null) {
            input.putAll(values("control", control));
        }
        return holds(input);
    }

    /** Whether a query's answer is bad. */
    boolean holds(double value) throws Unusable {
        return holds(value(value));
    }

    private boolean holds(Map<String, ?> input) throws Unusable {
        try {
            return Boolean.TRUE.equals(program.eval(input));
        } catch (CelEvaluationException e) {
            throw new Unusable("failWhen has no result: " + cut(e.getMessage()));
        }
    }

    private static Map<String, Double> value(double value) {
        return Map.of("candidate", value, "candidate.value", value);
    }

    private static Map<String, Double> values(String arm, Figures figures) {
        return Map.of(
                arm,
                figures.mean(),
                arm + ".n",
                (double) figures.n(),
                arm + ".mean",
                figures.mean(),
                arm + ".median",
                figures.median(),
                arm + ".p90",
                figures.p90(),
                arm + ".p95",
                figures.p95(),
                arm + ".min",
                figures.min(),
                arm + ".max",
                figures.max(),
                arm + ".stddev",
                figures.stddev());
    }

    private static String cut(@Nullable String message) {
        String line = String.valueOf(message).lines().findFirst().orElse("");
        return line.length() <= MAX_MESSAGE ? line : line.substring(0, MAX_MESSAGE - 1) + "…";
    }
}
