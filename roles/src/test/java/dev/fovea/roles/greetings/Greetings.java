package dev.fovea.roles.greetings;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.validation.annotation.Validated;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/** The sample's API, with everything that a real one may have. */
@Validated
@HttpExchange("/api/v1/greetings")
public interface Greetings {
  record Greeting(Name name, Digest digest, Optional<String> note, List<Name> with, Instant at) {}

  record Wish(@NotBlank String text) {}

  @GetExchange("/{name}")
  Greeting greet(@PathVariable("name") Name name) throws NoSuchThing;

  @GetExchange("/{name}/latest")
  Optional<Greeting> latest(@PathVariable("name") Name name);

  @PostExchange("/{name}")
  Greeting take(@PathVariable("name") Name name, @RequestBody @Valid Wish wish)
      throws GreetingProblem;

  @GetExchange("/-/count")
  int count(@RequestParam("limit") @Max(100) int limit);

  @GetExchange("/-/who")
  List<String> who();

  @PostExchange("/-/undeclared")
  void undeclared();

  @PostExchange("/-/broken")
  void broken();
}
