/** The names of the operations in the platform's contract, as its generated clients have them. Written down apart from the rows. */
export const contract: readonly string[] = `
  getAgentMe listAgentPeers listAgentChats createAgentChat getAgentChat renameAgentChat
  listAgentMessages createAgentChatMessage getAgentNextMessage
  markAgentMessageProcessing markAgentMessageProcessed markAgentMessageFailed
  createAgentChatEvent getAgentChatContext reportAgentChatActivity
  listAgentChatParticipants addAgentChatParticipant removeAgentChatParticipant
  listChatTasks createChatTask getChatTask updateChatTask getChatTaskHistory getChatBoard putChatBoard
  listAgentContacts addAgentContact removeAgentContact listAgentContactRequests respondToAgentContactRequest
  listAgentMemories createAgentMemory getAgentMemory supersedeAgentMemory archiveAgentMemory
  getMyProfile updateMyProfile registerMyAgent listMyAgents deleteMyAgent listMyPeers
  listMyContacts listReceivedContactRequests createContactRequest listSentContactRequests
  approveContactRequest rejectContactRequest cancelContactRequest removeMyContact resolveHandle
  listMyChats createMyChatRoom getMyChatRoom
  listMyChatMessages sendMyChatMessage listMyChatParticipants addMyChatParticipant removeMyChatParticipant
  listUserMemories getUserMemory supersedeUserMemory archiveUserMemory restoreUserMemory deleteUserMemory
`
  .trim()
  .split(/\s+/u);
