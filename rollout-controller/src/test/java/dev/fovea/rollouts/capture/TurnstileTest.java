package dev.fovea.rollouts.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Digest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TurnstileTest {
  private final Turnstile door = new Turnstile(4, 2);

  @Test
  void oneRolloutNeverKeepsTheOthersOut() {
    assertThat(door.enter(rollout(1))).isTrue();
    assertThat(door.enter(rollout(1))).isTrue();
    assertThat(door.enter(rollout(1))).isFalse();
    assertThat(door.enter(rollout(2))).isTrue();
  }

  @Test
  void allTogetherAreAFew() {
    for (int i = 0; i < 4; i++) {
      assertThat(door.enter(rollout(i))).isTrue();
    }
    assertThat(door.enter(rollout(4))).isFalse();
  }

  @Test
  void whoeverLeavesMakesRoom() {
    for (int i = 0; i < 100; i++) {
      assertThat(door.enter(rollout(1))).isTrue();
      assertThat(door.enter(rollout(1))).isTrue();
      door.leave(rollout(1));
      door.leave(rollout(1));
    }
    door.leave(rollout(1));
    assertThat(door.enter(rollout(1))).isTrue();
  }

  private static Digest rollout(int number) {
    return Digest.sha256(("rollout " + number).getBytes(StandardCharsets.UTF_8));
  }
}
