package dev.fovea.lab.remote;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How the lab deals with agents that run elsewhere.
 *
 * @param codeLasts how long a device may join by its code
 * @param tokenLasts how long an agent's token lasts; it then shows its key again
 * @param longestPoll how long a question for work is held open, at most half of lost-after
 * @param lookEvery how often the lab looks for work for a device that waits
 * @param largestModel the largest model that an agent is given
 * @param largestBody the largest body of any call of an agent; 100,000 samples take 4 MB
 */
@ConfigurationProperties("fovea.lab.agent")
public record AgentProperties(
    @DefaultValue("10m") Duration codeLasts,
    @DefaultValue("15m") Duration tokenLasts,
    @DefaultValue("20s") Duration longestPoll,
    @DefaultValue("500ms") Duration lookEvery,
    @DefaultValue("2GB") DataSize largestModel,
    @DefaultValue("8MB") DataSize largestBody) {}
