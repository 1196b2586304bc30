package dev.fovea.roles.queue;

import dev.fovea.roles.NotAllowed;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/**
 * Where a process takes events for the roles that run in it; only other processes of Fovea may call
 * it.
 */
@HttpExchange("/internal/v1/inbox")
public interface Inbox {
  /**
   * Handles an event before it answers.
   *
   * @param role who hears of it
   * @param event its class's name
   * @param json the event
   */
  @PostExchange(value = "/{role}/{event}", contentType = "application/json")
  void deliver(
      @PathVariable("role") String role,
      @PathVariable("event") String event,
      @RequestBody String json)
      throws NotAllowed;
}
