package org.styleinv.trainer.command;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Another command of this program, run by one of its commands in the way that a shell would.
 *
 * @param program the root of all commands
 * @param arguments words from there on
 */
record CommandCall(CommandLine program, List<String> arguments) {

    /**
     * Finds the command of a line.
     *
     * @param own command that asks
     * @param where the line stands, for the error
     * @throws ParameterException if there is none, or it does not know an argument: before anything has run
     */
    static CommandCall of(CommandLine own, TrainingRecipe.Line line, String where) {
        CommandLine program = own;
        while (program.getParent() != null) {
            program = program.getParent();
        }
        List<String> words = line.words();
        CommandCall sister = new CommandCall(
                program, program.getCommandName().equals(words.get(0)) ? words.subList(1, words.size()) : words);
        CommandLine command = sister.command();
        if (command == program || command == own) {
            throw new ParameterException(own, where + ", `" + line + "`, is no command that a recipe can have");
        }
        try {
            program.parseArgs(sister.arguments.toArray(String[]::new));
        } catch (ParameterException e) {
            throw new ParameterException(own, where + ", `" + line + "`: " + e.getMessage(), e);
        }
        return sister;
    }

    private CommandLine command() {
        CommandLine at = program;
        for (String argument : arguments) {
            CommandLine below = at.getSubcommands().get(argument);
            if (below == null) {
                break;
            }
            at = below;
        }
        return at;
    }

    /**
     * Runs it; what it complains of is said in the way of the program.
     *
     * @param more options to give it, too, as far as it knows them
     */
    int run(List<String> more) {
        List<String> all = new ArrayList<>(arguments);
        for (String option : more) {
            if (command().getCommandSpec().findOption(option.replaceFirst("=.*", "")) != null) {
                all.add(option);
            }
        }
        return program.execute(all.toArray(String[]::new));
    }
}
