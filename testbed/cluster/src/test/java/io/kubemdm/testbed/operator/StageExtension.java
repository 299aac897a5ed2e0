package io.kubemdm.testbed.operator;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the one {@link Stage}, opened with the first that asks and closed after the last test of all. */
final class StageExtension implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Stage.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Stage stage = context.getRoot()
                .getStore(Namespace.create(StageExtension.class))
                .computeIfAbsent(Stage.class, any -> Stage.open(), Stage.class);
        stage.leadIfNobodyDoes();
        return stage;
    }
}
