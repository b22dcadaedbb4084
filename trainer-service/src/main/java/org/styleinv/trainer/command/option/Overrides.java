package org.styleinv.trainer.command.option;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** {@code --overrides key=value,key=value}, as the release's motion command has it: each becomes the option of that name. */
public final class Overrides implements IParameterPreprocessor {
    /** Published keys whose option has another name. */
    private static final Map<String, String> OPTIONS = Map.of("r1_gamma", "gamma", "lrsi", "lr", "lrd", "lr-d");

    @Override
    public boolean preprocess(Stack<String> arguments, CommandSpec command, ArgSpec self, Map<String, Object> info) {
        String text = arguments.isEmpty() ? "" : arguments.pop();
        List<String> options = new ArrayList<>();
        for (String pair : text.split(",", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new ParameterException(
                        command.commandLine(), "--overrides wants key=value,key=value, got '" + text + "'");
            }
            String key = pair.substring(pair.lastIndexOf('.', equals) + 1, equals);
            String name = OPTIONS.getOrDefault(key.toLowerCase(java.util.Locale.ROOT), key.replace('_', '-'));
            if (command.findOption("--" + name) == null) {
                throw new ParameterException(
                        command.commandLine(), "--overrides: there is no setting " + key + "; see --help for all");
            }
            options.add("--" + name + "=" + pair.substring(equals + 1));
        }
        Collections.reverse(options);
        options.forEach(arguments::push);
        return true;
    }
}
