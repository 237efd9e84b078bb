/** Somebody with a browser of their own, acting by what is on the screen. */
import { type BrowserContext, expect, type Locator, type Page } from '@playwright/test';

export class Person {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors that the pages reported. */
  readonly errors: string[] = [];

  constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    context.on('weberror', (error) => this.errors.push(error.error().message));
  }

  get text(): Locator {
    return this.page.getByRole('textbox', { name: 'Document text' });
  }
  get title(): Locator {
    return this.page.getByRole('textbox', { name: 'Title' });
  }
  get state(): Locator {
    return this.page.getByRole('status', { name: 'Save state' });
  }

  /** Another tab of the same browser. */
  async newTab(url: string): Promise<Person> {
    const page = await this.context.newPage();
    await page.goto(url);
    return new Person(this.context, page);
  }

  async newDocument(url: string): Promise<void> {
    await this.page.goto(url);
    await this.page.getByRole('button', { name: 'New document' }).click();
    await expect(this.text).toBeVisible();
  }

  /** A new document with this text, which the server has when this returns. */
  async writeDocument(url: string, text: string): Promise<void> {
    await this.newDocument(url);
    await this.type(text);
    await this.hasSaved();
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await expect(this.text).toBeVisible();
  }

  /** Types at the end of the text. */
  async type(words: string): Promise<void> {
    await this.text.click();
    await this.press('ControlOrMeta+End');
    await this.page.keyboard.type(words);
  }

  /** The browser needs a frame after a key that moves the selection before the next one counts. */
  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key);
    await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  }

  async hasSaved(): Promise<void> {
    await expect(this.state).toHaveText('Saved');
  }

  /** Copies a share link with the button and pastes it where it can be read. */
  async copyLink(which: 'edit' | 'view'): Promise<string> {
    await this.page.getByRole('button', { name: 'Share' }).click();
    await this.page.getByRole('button', { name: `Copy ${which} link` }).click();
    await expect(this.page.getByRole('button', { name: /^Copied/ })).toBeVisible();
    await this.page.keyboard.press('Escape');
    const pasteboard = await this.context.newPage();
    await pasteboard.setContent('<textarea aria-label="paste here"></textarea>');
    const area = pasteboard.getByRole('textbox', { name: 'paste here' });
    await area.focus();
    await pasteboard.keyboard.press('ControlOrMeta+V');
    const link = await area.inputValue();
    await pasteboard.close();
    return link;
  }
}
