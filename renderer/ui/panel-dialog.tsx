import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { ActionButton } from './action-button.tsx';
import { words } from './words.ts';
import './panel-dialog.css';

/** A panel over the work, with a title and a way out; Escape and a touch outside close it. */
export function PanelDialog(props: {
  readonly title: string;
  /** Whether it keeps its full height however little is in it. */
  readonly isTall: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const { title, isTall, onClose, children } = props;
  return (
    <ModalOverlay
      className="panel-dialog-scrim"
      isOpen
      isDismissable
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className={isTall ? 'panel-dialog panel-dialog-tall' : 'panel-dialog'}>
        <Dialog className="panel-dialog-body">
          <div className="panel-dialog-header">
            <Heading slot="title" className="panel-dialog-title">
              {title}
            </Heading>
            <ActionButton
              look="quiet"
              icon={<X className="panel-dialog-icon" aria-hidden="true" />}
              keys={words.keys.cancel}
              onPress={onClose}
            >
              {words.dialog.close}
            </ActionButton>
          </div>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
