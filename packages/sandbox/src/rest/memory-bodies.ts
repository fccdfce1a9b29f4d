import type { Memory } from "../world/model.ts";

/** The one organization a sandbox is. */
const organizationId = "5a2d0b0e-0000-4000-8000-000000000001";

export function memoryBody(memory: Memory) {
  return {
    id: memory.id,
    content: memory.content,
    thought: memory.thought,
    system: memory.system,
    type: memory.type,
    segment: memory.segment,
    scope: memory.scope,
    subject_id: memory.subjectId,
    source_agent_id: memory.sourceAgentId,
    organization_id: organizationId,
    status: memory.status,
    metadata: memory.metadata,
    inserted_at: memory.insertedAt,
  };
}
