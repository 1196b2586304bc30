package dev.fovea.roles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.roles.greetings.Greetings;
import dev.fovea.roles.greetings.GreetingsService;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

class GreetingsInOneProcessTest extends GreetingsContract {
  private static Processes processes;
  private static ConfigurableApplicationContext all;

  @BeforeAll
  static void start() {
    processes = new Processes();
    all = processes.start(List.of(GreetingsService.class));
  }

  @AfterAll
  static void stop() {
    processes.close();
  }

  @Override
  ConfigurableApplicationContext caller() {
    return all;
  }

  @Test
  void isAPlainCall() {
    assertThat(Proxy.isProxyClass(all.getBean(Greetings.class).getClass())).isFalse();
  }
}
