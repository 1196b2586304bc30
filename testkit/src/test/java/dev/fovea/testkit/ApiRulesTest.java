package dev.fovea.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Problem;
import org.junit.jupiter.api.Test;

class ApiRulesTest {
  interface Sound {
    void call() throws NoSuchThing;
  }

  interface Unsound {
    void call() throws Mute;
  }

  /** Can't be rebuilt: nobody can ask it for its parameter. */
  static final class Mute extends Problem {
    public Mute(String secret) {
      super(Kind.INVALID, "no " + secret, "none");
    }
  }

  @Test
  void findsAProblemThatCannotBeRebuilt() {
    ApiRules.assertProblemsTravel(Sound.class);
    assertThatThrownBy(() -> ApiRules.assertProblemsTravel(Unsound.class))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Unsound.call")
        .hasMessageContaining("Mute");
  }
}
