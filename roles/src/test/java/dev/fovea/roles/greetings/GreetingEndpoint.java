package dev.fovea.roles.greetings;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.roles.Callers;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.RestController;

@RestController
class GreetingEndpoint implements Greetings {
  private static final Digest DIGEST = Digest.sha256(new byte[] {1});

  @Override
  public Greeting greet(Name name) {
    if (name.text().startsWith("no-")) {
      throw new NoSuchThing("greeting", name.text(), "greet somebody else");
    }
    return new Greeting(name, DIGEST, Optional.of("hello"), List.of(name), Instant.EPOCH);
  }

  @Override
  public Optional<Greeting> latest(Name name) {
    return name.text().startsWith("no-") ? Optional.empty() : Optional.of(greet(name));
  }

  @Override
  public Greeting take(Name name, Wish wish) {
    if (wish.text().equals("refuse")) {
      throw new GreetingProblem.GreetingRefused("no \"quotes\"\n");
    }
    throw new GreetingProblem.GreetingTaken(
        name, DIGEST, List.of(new Name("ann"), new Name("bob")), 7);
  }

  @Override
  public int count(int limit) {
    return limit;
  }

  @Override
  public List<String> who() {
    var caller = Callers.current();
    return List.of(caller.subject(), caller.project(), caller.roles().toString());
  }

  @Override
  public void undeclared() {
    throw new UndeclaredProblem("this");
  }

  @Override
  public void broken() {
    throw new IllegalStateException("secret of /home/somebody in dev.fovea.Internal");
  }
}
