package dev.fovea.datasets.git;

import dev.fovea.datasets.repository.Repositories;
import dev.fovea.kernel.Text;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.ReceiveCommand;

/** Which refs a push may touch, and how. */
final class RefRules {
  // Narrower than Git's own rule: nothing that a shell, a URL or a command line would read as
  // something else.
  private static final Pattern NAME =
      Pattern.compile("refs/(heads|tags)/[A-Za-z0-9][A-Za-z0-9._/+@-]{0,199}");
  private static final String MAIN = Constants.R_HEADS + Repositories.MAIN;

  private RefRules() {}

  /** Why the command is refused; absent when it is fine. */
  static Optional<String> fault(ReceiveCommand command) {
    var name = command.getRefName();
    if (!NAME.matcher(name).matches() || !Repository.isValidRefName(name)) {
      return Optional.of(
          "ref '%s' (expected: refs/heads/ or refs/tags/ and letters, digits, '.', '_', '-', '+', '@', '/')"
              .formatted(Text.excerpt(name)));
    }
    return switch (command.getType()) {
      case DELETE -> name.equals(MAIN) ? Optional.of("main cannot be deleted") : Optional.empty();
      case UPDATE_NONFASTFORWARD ->
          Optional.of(
              "the branch has moved: run 'git pull --rebase', then push again; history is never rewritten here");
      case CREATE, UPDATE -> Optional.empty();
    };
  }

  /** Whether the command gives a branch a commit. */
  static boolean movesBranch(ReceiveCommand command) {
    return command.getRefName().startsWith(Constants.R_HEADS)
        && command.getType() != ReceiveCommand.Type.DELETE;
  }

  /** The branch's short name. */
  static String branch(ReceiveCommand command) {
    return command.getRefName().substring(Constants.R_HEADS.length());
  }
}
