# Two devices join the lab from outside; both they and the lab are killed while they measure.
need_packages python3-venv
agent=$(venv agent 'onnx==1.23.2' 'cryptography==50.0.2')
check remote-agents "$agent/bin/python" e2e/agent.py "$WORK/agent"
proved "hardware lab's remote agent" "$(git rev-parse --short HEAD 2>/dev/null || echo source)" \
  "joins by code, killed and paused mid-profile, lab killed mid-profile, removed"
proved cryptography 50.0.2 "verifies the device's DSSE signature"
