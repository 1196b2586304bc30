package dev.fovea.roles.greetings;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import java.util.List;

/** What may go wrong with a greeting. */
public abstract sealed class GreetingProblem extends Problem {
  private GreetingProblem(Kind kind, String message) {
    super(kind, message, "try something else");
  }

  /** Somebody has it. */
  public static final class GreetingTaken extends GreetingProblem {
    private final Name name;
    private final Digest digest;
    private final List<Name> holders;
    private final int status;

    public GreetingTaken(Name name, Digest digest, List<Name> holders, int status) {
      super(Kind.CONFLICT, "greeting '%s' is taken by %s".formatted(name, holders));
      this.name = name;
      this.digest = digest;
      this.holders = holders;
      this.status = status;
    }

    public Name name() {
      return name;
    }

    public Digest digest() {
      return digest;
    }

    public List<Name> holders() {
      return holders;
    }

    public int status() {
      return status;
    }
  }

  /** A rule says no. */
  public static final class GreetingRefused extends GreetingProblem {
    private final String rule;

    public GreetingRefused(String rule) {
      super(Kind.REFUSED, "rule '%s' says no".formatted(rule));
      this.rule = rule;
    }

    public String rule() {
      return rule;
    }
  }
}
